package dev.antiphon.testkit.simulator.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.persona.Persona;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PlaybackTest {
    private static final class Clock implements Timeline {
        private record Due(Instant at, Runnable action) {}

        private final List<Due> due = new ArrayList<>();
        private Instant now = Instant.EPOCH;

        @Override
        public Timer after(Duration delay, Runnable action) {
            Due entry = new Due(now.plus(delay), action);
            due.add(entry);
            return () -> due.remove(entry);
        }

        @Override
        public Instant now() {
            return now;
        }

        void pass(Duration time) {
            Instant end = now.plus(time);
            while (true) {
                var next =
                        due.stream().filter(entry -> !entry.at().isAfter(end)).min(Comparator.comparing(Due::at));
                if (next.isEmpty()) {
                    break;
                }
                due.remove(next.get());
                now = next.get().at();
                next.get().action().run();
            }
            now = end;
        }
    }

    private final Clock clock = new Clock();
    private final List<String> heard = new ArrayList<>();
    private final Playback playback;

    PlaybackTest() {
        SessionOptions options = new SessionOptions(
                Persona.attentive(),
                java.util.Map.of(),
                new Pacing(1),
                1,
                new Ids(1),
                clock,
                true,
                Duration.ofHours(1));
        SessionLines lines = new SessionLines(options.ids());
        lines.add(new Line() {
            @Override
            public void send(ObjectNode event) {
                heard.add(event.path("type").asString("").replace("output_audio_buffer.", "")
                        + " "
                        + event.path("response_id").asString(""));
            }

            @Override
            public void close(int code, String reason) {}
        });
        playback = new Playback(options, lines);
    }

    @Test
    void sound_stops_when_it_has_been_heard() {
        playback.started("one");
        playback.finished("one", 1_000);

        clock.pass(Duration.ofMillis(999));
        assertThat(heard).containsExactly("started one");
        clock.pass(Duration.ofMillis(2));

        assertThat(heard).containsExactly("started one", "stopped one");
    }

    @Test
    void responses_are_heard_one_after_the_other() {
        playback.started("one");
        playback.finished("one", 1_000);
        playback.started("two");
        playback.finished("two", 500);

        clock.pass(Duration.ofMillis(1_200));
        assertThat(heard).containsExactly("started one", "stopped one", "started two");
        clock.pass(Duration.ofMillis(301));

        assertThat(heard).containsExactly("started one", "stopped one", "started two", "stopped two");
    }

    @Test
    void cleared_sound_takes_what_waits_with_it() {
        playback.started("one");
        playback.finished("one", 1_000);
        playback.started("two");

        playback.clear();
        playback.finished("two", 500);
        clock.pass(Duration.ofSeconds(5));

        assertThat(heard).containsExactly("started one", "cleared one");
    }

    @Test
    void speaker_knows_how_long_it_still_plays() {
        List<String> calls = new ArrayList<>();
        playback.attach(new Speaker() {
            @Override
            public void play(short[] samples) {
                calls.add("play " + samples.length);
            }

            @Override
            public Duration unplayed() {
                return Duration.ofSeconds(3);
            }

            @Override
            public void hush() {
                calls.add("hush");
            }
        });
        playback.started("one");
        playback.play(new short[7]);
        playback.finished("one", 10);

        clock.pass(Duration.ofMillis(2_900));
        assertThat(heard).containsExactly("started one");
        playback.clear();

        assertThat(heard).containsExactly("started one", "cleared one");
        assertThat(calls).containsExactly("play 7", "hush");
    }

    @Test
    void speaker_who_is_late_is_waited_for() {
        ArrayDeque<Duration> unplayed = new ArrayDeque<>(List.of(Duration.ofSeconds(3), Duration.ofMillis(500)));
        playback.attach(new Speaker() {
            @Override
            public void play(short[] samples) {}

            @Override
            public Duration unplayed() {
                return unplayed.isEmpty() ? Duration.ZERO : unplayed.remove();
            }

            @Override
            public void hush() {}
        });
        playback.started("one");
        playback.finished("one", 10);

        clock.pass(Duration.ofMillis(3_400));
        assertThat(heard).containsExactly("started one");
        clock.pass(Duration.ofMillis(200));

        assertThat(heard).containsExactly("started one", "stopped one");
    }
}
