package dev.antiphon.app;

import dev.antiphon.core.ConversationSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The numbers of a conversation in words. */
final class Summaries {
    private Summaries() {}

    /** A few lines, those that would only hold zeros left out. */
    static List<String> lines(ConversationSummary summary) {
        List<String> lines = new ArrayList<>();
        items("texts", summary.texts()).ifPresent(lines::add);
        items("hand-offs", summary.handoffs()).ifPresent(lines::add);
        ConversationSummary.Audio audio = summary.audio();
        if (audio.offered() > 0) {
            lines.add("audio: " + Counted.of(audio.offered(), "frame") + " offered, " + audio.written() + " written, "
                    + audio.dropped() + " dropped");
        }
        lines.add(Counted.of(summary.responses(), "response") + ", "
                + Counted.of(summary.usage().totalTokens(), "token") + ", "
                + Counted.of(summary.serverEvents(), "event")
                + (summary.decodeErrors() == 0 ? "" : ", " + summary.decodeErrors() + " unreadable"));
        StringBuilder times = new StringBuilder();
        summary.toAnswer()
                .ifPresent(time ->
                        times.append("answer after ").append(millis(time)).append(", "));
        summary.toLive()
                .ifPresent(
                        time -> times.append("live after ").append(millis(time)).append(", "));
        lines.add(times
                + String.format(Locale.ROOT, "%.1f s in all", summary.duration().toMillis() / 1000.0));
        return lines;
    }

    private static Optional<String> items(String name, ConversationSummary.Items items) {
        if (items.offered() == 0) {
            return Optional.empty();
        }
        StringBuilder line = new StringBuilder(
                name + ": " + items.offered() + " offered, " + items.acknowledged() + " acknowledged");
        count(line, items.refused(), "refused");
        count(line, items.rejected(), "rejected");
        count(line, items.notSent(), "not sent");
        count(line, items.unknown(), "unknown");
        return Optional.of(line.toString());
    }

    private static void count(StringBuilder line, long count, String name) {
        if (count > 0) {
            line.append(", ").append(count).append(' ').append(name);
        }
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }
}
