package dev.antiphon.app;

/**
 * Something a person has to put right, as one line: what is wrong, where, and what to do. It ends
 * the command with its exit code; no stack trace is shown.
 */
final class Complaint extends RuntimeException {
    /** The conversation or the check failed. */
    static final int FAILED = 1;

    /** The command was used wrongly: arguments, files, key. */
    static final int USAGE = 2;

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 600;

    private final int exitCode;

    private Complaint(int exitCode, String message) {
        super(oneLine(message));
        this.exitCode = exitCode;
    }

    /** Wrong use: nothing was sent. */
    static Complaint usage(String message) {
        return new Complaint(USAGE, message);
    }

    /** What was asked for did not succeed. */
    static Complaint failed(String message) {
        return new Complaint(FAILED, message);
    }

    int exitCode() {
        return exitCode;
    }

    /** Text from outside as one printable line: control and direction marks would let it forge output. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST));
        boolean blank = false;
        for (int at = 0; at < text.length() && line.length() < LONGEST; ) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            if (Character.isWhitespace(character)) {
                blank = line.length() > 0;
                continue;
            }
            if (blank) {
                line.append(' ');
                blank = false;
            }
            line.appendCodePoint(isInert(character) ? character : '?');
        }
        return line.toString();
    }

    private static boolean isInert(int character) {
        int type = Character.getType(character);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.PRIVATE_USE
                && type != Character.UNASSIGNED;
    }
}
