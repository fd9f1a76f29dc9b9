package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void there_is_no_colour_without_a_terminal() {
        // Tests run without one.
        assertThat(Terminal.of(Map.of("TERM", "xterm-256color")).colour()).isFalse();
    }

    @Test
    void symbols_follow_the_locale_in_the_order_of_posix() {
        assertThat(Terminal.of(Map.of("LANG", "en_GB.UTF-8")).symbols()).isTrue();
        assertThat(Terminal.of(Map.of("LANG", "en_GB.UTF-8", "LC_ALL", "C")).symbols())
                .isFalse();
        assertThat(Terminal.of(Map.of("LC_CTYPE", "de_DE.utf8")).symbols()).isTrue();
    }
}
