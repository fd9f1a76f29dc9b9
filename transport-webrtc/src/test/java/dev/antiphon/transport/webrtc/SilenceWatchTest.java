package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ManualScheduler time = new ManualScheduler();
    private final List<Duration> silences = new ArrayList<>();
    private final SilenceWatch watch = new SilenceWatch(new Timers(time, new TestLoop()), LIMIT, silences::add);

    @Test
    void silence_is_reported_once_after_the_limit() {
        watch.start();

        time.advance(Duration.ofSeconds(60));

        assertThat(silences).containsExactly(LIMIT);
    }

    @Test
    void an_event_starts_the_time_anew() {
        watch.start();
        time.advance(Duration.ofSeconds(6));
        watch.heard();

        time.advance(Duration.ofSeconds(9));
        assertThat(silences).isEmpty();

        time.advance(Duration.ofSeconds(1));
        assertThat(silences).hasSize(1);
    }

    @Test
    void each_silence_is_reported() {
        watch.start();
        time.advance(Duration.ofSeconds(10));
        watch.heard();

        time.advance(Duration.ofSeconds(10));

        assertThat(silences).hasSize(2);
    }

    @Test
    void stopped_watch_leaves_no_timer() {
        watch.start();

        watch.stop();

        assertThat(time.pending()).isZero();
    }
}
