package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final List<JournalEntry> heard = new ArrayList<>();
    private final Journal journal = new Journal(Limits.DEFAULTS.withJournal(3, 100), () -> Duration.ZERO, heard::add);

    private void add(String type, String text) {
        journal.add(Kind.RECEIVED, "c1", "rtc_secret", type, "event_1", text);
    }

    @Test
    void newest_entries_are_kept_within_both_bounds() {
        for (int i = 0; i < 5; i++) {
            add("e" + i, "x");
        }
        assertThat(journal.received()).extracting(JournalEntry::type).containsExactly("e2", "e3", "e4");

        add("big", "x".repeat(99));

        assertThat(journal.received()).extracting(JournalEntry::type).containsExactly("e4", "big");
        assertThat(journal.forgotten()).isEqualTo(4);
        assertThat(heard).hasSize(6);
    }

    @Test
    void time_and_sequence_only_grow() {
        add("a", "");
        add("b", "");

        assertThat(journal.entries()).extracting(JournalEntry::sequence).containsExactly(1L, 2L);
        assertThat(journal.entries().get(1).at())
                .isGreaterThanOrEqualTo(journal.entries().get(0).at());
    }

    @Test
    void await_finds_what_was_and_what_will_be() {
        add("past", "");
        assertThat(journal.awaitReceived("past", Duration.ZERO).type()).isEqualTo("past");

        CompletableFuture<JournalEntry> future =
                CompletableFuture.supplyAsync(() -> journal.awaitReceived("future", TestSocket.SOON));
        add("future", "");

        assertThat(future.join().type()).isEqualTo("future");
    }

    @Test
    void predicate_may_wait_for_whoever_writes_to_the_journal() {
        add("a", "");

        journal.await(
                "what another thread writes meanwhile",
                entry -> {
                    CompletableFuture.runAsync(() -> add("b", ""))
                            .orTimeout(TestSocket.SOON.toMillis(), TimeUnit.MILLISECONDS)
                            .join();
                    return entry.isReceived("b");
                },
                TestSocket.SOON);
    }

    @Test
    void failed_await_shows_what_was_there_and_no_content() {
        add("session.update", "{\"secret\":1}");

        assertThatThrownBy(() -> journal.awaitReceived("response.create", Duration.ofMillis(10)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no client event response.create within 10 ms")
                .hasMessageContaining("session.update [event_1] (12 characters)")
                .hasMessageNotContaining("secret");
    }
}
