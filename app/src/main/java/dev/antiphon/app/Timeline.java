package dev.antiphon.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What happened and when, for people: one entry a line in 80 columns, time first. Safe for use by any
 * thread.
 *
 * <pre>{@code
 *      41 ms  live       the control socket stands
 * }</pre>
 */
final class Timeline {
    private static final int WIDTH = 80;
    private static final int LABEL = 10;
    private static final int BAR = 52;
    private static final String INDENT = " ".repeat(9 + 3 + LABEL + 1);

    private final PrintStream out;
    private final Ink ink;
    private final boolean symbols;

    Timeline(PrintStream out, Terminal terminal) {
        this.out = out;
        this.ink = terminal.ink();
        this.symbols = terminal.symbols();
    }

    Ink ink() {
        return ink;
    }

    /** A heading with an empty line before it. */
    synchronized void title(String title, String subtitle) {
        out.print("\n" + ink.strong(title) + (subtitle.isEmpty() ? "" : ink.quiet("  " + subtitle)) + "\n\n");
        out.flush();
    }

    /** An entry at a time; {@code paint} colours its label. */
    synchronized void at(long millis, String label, UnaryOperator<String> paint, String text) {
        entry(String.format(Locale.ROOT, "%6d ms", millis), label, paint, text);
    }

    /** An entry that is not about a moment. */
    synchronized void note(String label, UnaryOperator<String> paint, String text) {
        entry(" ".repeat(9), label, paint, text);
    }

    /** A length of time as a bar, to the scale of the longest one beside it. */
    synchronized void bar(String label, UnaryOperator<String> paint, long millis, long longest) {
        long length = Math.max(1, millis * BAR / Math.max(1, longest));
        String padded = label + " ".repeat(Math.max(0, LABEL - label.length()));
        plain("  " + padded + paint.apply((symbols ? "\u2588" : "#").repeat((int) length)) + " " + millis + " ms");
    }

    /** A few sentences. */
    synchronized void paragraph(String text) {
        for (String line : wrap(text, WIDTH - 4)) {
            plain("  " + line);
        }
    }

    /** A line as it is. */
    synchronized void plain(String text) {
        out.print(text + "\n");
        out.flush();
    }

    private void entry(String time, String label, UnaryOperator<String> paint, String text) {
        List<String> lines = wrap(text, WIDTH - INDENT.length());
        String padded = label + " ".repeat(Math.max(0, LABEL - label.length()));
        StringBuilder entry = new StringBuilder();
        entry.append(ink.quiet(time)).append("   ").append(paint.apply(padded)).append(' ');
        entry.append(lines.get(0)).append('\n');
        for (String line : lines.subList(1, lines.size())) {
            entry.append(INDENT).append(line).append('\n');
        }
        out.print(entry);
        out.flush();
    }

    /** Breaks at blanks; a word longer than a line stands alone. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
