package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.RateLimitsUpdated;
import dev.antiphon.core.model.RateLimitsUpdated.RateLimit;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.TranscriptionUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What adds up over a conversation: usage, lost audio, the session in force. */
class TotalsTest {
    @Nested
    class UsageOfTranscriptions {
        private final UsageTotals totals = new UsageTotals();

        @Test
        void every_member_is_added_up() {
            totals.onTranscription(Optional.of(new TranscriptionUsage("tokens", 1, 2, 3, 4, 5, 0.5)));
            totals.onTranscription(Optional.empty());
            totals.onTranscription(Optional.of(new TranscriptionUsage("duration", 10, 20, 30, 40, 50, 1)));
            totals.onFailedTranscription();

            ConversationSummary.Transcriptions all = totals.transcriptions();
            assertThat(all.completed()).isEqualTo(3);
            assertThat(all.failed()).isEqualTo(1);
            assertThat(all.usage()).isEqualTo(new TranscriptionUsage("duration", 11, 22, 33, 44, 55, 1.5));
        }

        @Test
        void newest_word_on_a_limit_counts_and_32_limits_are_remembered() {
            totals.onRateLimits(limits(IntStream.range(0, 40), 5));
            totals.onRateLimits(limits(IntStream.of(31, 32), 4));

            assertThat(totals.rateLimits()).hasSize(32);
            assertThat(totals.rateLimits().get(30).remaining()).isEqualTo(5);
            assertThat(totals.rateLimits().get(31).remaining()).isEqualTo(4);
        }

        private static RateLimitsUpdated limits(IntStream numbers, long remaining) {
            List<RateLimit> limits = numbers.mapToObj(number -> new RateLimit("limit " + number, 10, remaining, 1))
                    .toList();
            return new RateLimitsUpdated(Events.envelope("rate_limits.updated"), limits);
        }
    }

    @Nested
    class LostAudio {
        private final AudioLoss loss = new AudioLoss();

        private static ClientEvent frame(int bytes) {
            return new ClientEvent.InputAudioBufferAppend("", AudioData.of(new byte[bytes]));
        }

        @Test
        void report_tells_reasons_range_and_time_and_the_total_goes_on() {
            assertThat(loss.isNone()).isTrue();
            loss.overflow(frame(480), 7);
            loss.stale(frame(480), 5);
            loss.stale(frame(960), 9);
            assertThat(loss.isNone()).isFalse();

            assertThat(loss.report(OptionalInt.of(48_000), false))
                    .isEqualTo(new AudioDrop(1, 2, 5, 9, Duration.ofMillis(40), 3, false));
            assertThat(loss.isNone()).isTrue();
            loss.overflow(frame(960), 12);
            assertThat(loss.report(OptionalInt.of(48_000), true))
                    .isEqualTo(new AudioDrop(1, 0, 12, 12, Duration.ofMillis(20), 4, true));
        }

        @Test
        void first_of_a_range_is_its_lowest() {
            loss.overflow(frame(2), 7);
            loss.overflow(frame(2), 8);

            assertThat(loss.report(OptionalInt.empty(), false))
                    .isEqualTo(new AudioDrop(2, 0, 7, 8, Duration.ZERO, 2, false));
        }
    }

    @Nested
    class SessionInForce {
        private final SessionLedger session =
                new SessionLedger(SessionConfig.model("m").voice("a").build());

        private static SessionConfig voice(String name) {
            return SessionConfig.builder().voice(name).build();
        }

        @Test
        void refused_update_did_not_happen_and_the_one_before_it_counts() {
            session.updated("event_1", voice("b"));
            session.updated("event_2", voice("c"));

            session.refused("event_2");

            assertThat(session.inForce())
                    .isEqualTo(SessionConfig.model("m").voice("b").build());
        }

        @Test
        void updates_without_a_name_are_told_apart() {
            session.updated("", voice("b"));
            session.updated("", SessionConfig.builder().instructions("short").build());

            session.refused("");

            assertThat(session.inForce())
                    .isEqualTo(SessionConfig.model("m")
                            .voice("b")
                            .instructions("short")
                            .build());
        }

        @Test
        void oldest_of_more_than_64_updates_is_taken_for_good() {
            session.updated("event_0", voice("b"));
            for (int i = 1; i < 64; i++) {
                session.updated(
                        "event_" + i,
                        SessionConfig.builder().instructions("short").build());
            }
            session.refused("event_0");
            assertThat(session.inForce().voice())
                    .hasValueSatisfying(voice -> assertThat(voice.toString()).contains("a"));

            session.updated("event_64", voice("c"));
            session.updated("event_65", voice("d"));
            session.refused("event_1");
            session.refused("event_65");

            assertThat(session.inForce())
                    .isEqualTo(SessionConfig.model("m")
                            .voice("c")
                            .instructions("short")
                            .build());
        }

        @Test
        void update_told_twice_counts_as_the_newest() {
            session.updated("event_1", voice("b"));
            session.updated("event_2", voice("c"));
            session.updated("event_1", voice("b"));

            assertThat(session.inForce())
                    .isEqualTo(SessionConfig.model("m").voice("b").build());
        }
    }
}
