package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.testkit.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class KeyWatchTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final ManualScheduler time = new ManualScheduler();
    private final Keeper keeper = new Keeper();
    private final KeyWatch key = new KeyWatch(keeper, time);

    @Test
    void f66_a_key_that_is_good_is_asked_about_once() {
        keeper.answer = CompletableFuture.completedFuture(true);

        key.ask();
        time.advance(DAY);

        assertThat(key.isRefused()).isFalse();
        assertThat(keeper.asked).hasSize(1);
    }

    @Test
    void f66_a_refused_key_is_asked_about_ever_more_rarely_until_it_is_good() {
        keeper.answer = CompletableFuture.completedFuture(false);

        key.ask();
        time.advance(Duration.ofSeconds(7));

        assertThat(key.isRefused()).isTrue();
        assertThat(keeper.asked)
                .containsExactly(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));
        keeper.answer = CompletableFuture.completedFuture(true);
        time.advance(Duration.ofSeconds(8));
        assertThat(key.isRefused()).isFalse();
        time.advance(DAY);
        assertThat(keeper.asked).hasSize(5);
    }

    @Test
    void f66_a_refused_key_is_asked_about_once_a_minute_at_least() {
        keeper.answer = CompletableFuture.completedFuture(false);

        key.ask();
        time.advance(Duration.ofMinutes(10));

        int asked = keeper.asked.size();
        time.advance(KeyWatch.LONGEST_PAUSE);
        assertThat(keeper.asked).hasSize(asked + 1);
    }

    @Test
    void f66_a_good_call_turns_it_good_at_once_and_ends_the_questions() {
        keeper.answer = CompletableFuture.completedFuture(false);
        key.ask();

        key.accepted();

        assertThat(key.isRefused()).isFalse();
        assertThat(time.pending()).isZero();
    }

    @Test
    void f66_a_call_that_is_refused_turns_it_red_and_asks() {
        keeper.answer = CompletableFuture.completedFuture(true);
        key.ask();
        keeper.answer = new CompletableFuture<>();

        key.refused();
        key.refused();

        assertThat(key.isRefused()).isTrue();
        assertThat(keeper.asked).hasSize(2);
    }

    @Test
    void f66_a_provider_that_cannot_be_reached_says_nothing_about_the_key_and_is_asked_again() {
        keeper.answer = CompletableFuture.failedFuture(new IllegalStateException("not reached"));

        key.ask();
        boolean unknown = key.isRefused();
        keeper.answer = CompletableFuture.completedFuture(false);
        time.advanceToNext();

        assertThat(unknown).isFalse();
        assertThat(key.isRefused()).isTrue();
    }

    @Test
    void a_watch_that_was_stopped_asks_nothing() {
        keeper.answer = CompletableFuture.completedFuture(false);
        key.ask();

        key.stop();
        key.refused();
        time.advance(DAY);

        assertThat(keeper.asked).hasSize(1);
    }

    /** Says what it was told to say, and when it was asked. */
    private final class Keeper implements Provider {
        private final List<Duration> asked = new ArrayList<>();
        private CompletionStage<Boolean> answer = new CompletableFuture<>();

        @Override
        public RealtimeConversations conversations() {
            throw new AssertionError("no call begins here");
        }

        @Override
        public CompletionStage<Boolean> acceptsCredentials() {
            asked.add(time.elapsed());
            return answer;
        }
    }
}
