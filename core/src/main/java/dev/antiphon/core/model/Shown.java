package dev.antiphon.core.model;

/** Text of a server as it may be shown: a name must not move a cursor, reorder text or end a line of a log. */
final class Shown {
    private Shown() {}

    /** Printable ASCII, a question mark for everything else, cut with an ellipsis. */
    static String of(String text, int most) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), most + 1));
        for (int at = 0; at < text.length() && at < most; at++) {
            char next = text.charAt(at);
            shown.append(next >= ' ' && next <= '~' ? next : '?');
        }
        return text.length() > most ? shown.append('…').toString() : shown.toString();
    }
}
