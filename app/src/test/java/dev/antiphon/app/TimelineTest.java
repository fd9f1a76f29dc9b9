package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void entries_fit_into_eighty_columns() {
        Timeline timeline = timeline(Terminal.PLAIN);

        timeline.at(41, "live", timeline.ink()::good, "word ".repeat(60));
        timeline.note("note", timeline.ink()::quiet, "word ".repeat(60));
        timeline.paragraph("word ".repeat(60));
        timeline.bar("join", timeline.ink()::good, 1_000, 1_000);

        assertThat(written().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(written()).startsWith("    41 ms   live       word word");
    }

    @Test
    void plain_output_has_no_escape_sequences_and_no_symbols() {
        Timeline timeline = timeline(Terminal.PLAIN);

        timeline.title("Title", "subtitle");
        timeline.at(1, "live", timeline.ink()::good, "text");
        timeline.bar("join", timeline.ink()::accent, 5, 10);

        assertThat(written()).matches("[\\x20-\\x7e\\n]*");
    }

    @Test
    void colour_is_used_where_it_is_wanted() {
        Timeline timeline = timeline(new Terminal(true, true));

        timeline.at(1, "live", timeline.ink()::good, "text");
        timeline.bar("join", timeline.ink()::accent, 5, 10);

        assertThat(written()).contains("\u001b[32mlive      \u001b[0m").contains("\u2588");
    }

    @Test
    void text_breaks_at_blanks_and_long_words_stand_alone() {
        assertThat(Timeline.wrap("aa bb  cccccccc d", 5)).containsExactly("aa bb", "cccccccc", "d");
        assertThat(Timeline.wrap("", 5)).containsExactly("");
    }

    private Timeline timeline(Terminal terminal) {
        return new Timeline(new PrintStream(out, false, StandardCharsets.UTF_8), terminal);
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
