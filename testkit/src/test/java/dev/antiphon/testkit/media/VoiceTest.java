package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class VoiceTest {
    private static final long MILLIS = 1_000_000;

    @Nested
    class In {
        private final List<short[]> heard = new ArrayList<>();
        private final VoiceIn voice = new VoiceIn(heard::add);
        private final Opus.Encoder encoder = new Opus.Encoder();
        private long now = 1;

        private RtpPacket packet(int sequence) {
            return packet(sequence, sequence * 960, 7);
        }

        private RtpPacket packet(int sequence, int timestamp, int ssrc) {
            short[] frame = Tone.sine(440, 20);
            return new RtpPacket(111, false, sequence & 0xffff, timestamp, ssrc, encoder.encode(frame));
        }

        private int samples() {
            return heard.stream().mapToInt(piece -> piece.length).sum();
        }

        @Test
        void tone_comes_out_as_it_went_in() {
            SoundMeter meter = new SoundMeter();
            short[] tone = Tone.sine(440, 1_000);
            for (int i = 0; i < 50; i++) {
                short[] frame = Arrays.copyOfRange(tone, i * 480, (i + 1) * 480);
                voice.add(new RtpPacket(111, false, i, i * 960, 7, encoder.encode(frame)), now);
            }

            heard.forEach(meter::add);

            assertThat(samples()).isEqualTo(24_000);
            assertThat(meter.measure().hertz()).isCloseTo(440, within(3.0));
            assertThat(meter.measure().decibels()).isCloseTo(-14.2, within(1.0));
        }

        @Test
        void packets_that_overtake_each_other_are_put_in_order_across_the_rollover() {
            for (int sequence : new int[] {65_534, 1, 65_535, 0, 3, 2}) {
                voice.add(packet(sequence, (sequence > 60_000 ? sequence - 65_536 : sequence) * 960, 7), now);
            }

            assertThat(heard).hasSize(6);
            assertThat(voice.lost()).isZero();
        }

        @Test
        void lost_packet_is_concealed_once_others_have_waited_long_enough() {
            voice.add(packet(1), now);
            for (int sequence = 3; sequence < 3 + VoiceIn.PATIENCE; sequence++) {
                voice.add(packet(sequence), now);
            }

            assertThat(heard).hasSize(2 + VoiceIn.PATIENCE);
            assertThat(samples()).isEqualTo((2 + VoiceIn.PATIENCE) * 480);
            assertThat(voice.lost()).isEqualTo(1);
        }

        @Test
        void late_packet_is_not_heard_and_not_counted_as_lost() {
            voice.add(packet(1), now);
            voice.add(packet(3), now);
            voice.tick(now + 150 * MILLIS);
            assertThat(heard).hasSize(3);

            voice.add(packet(2), now);

            assertThat(heard).hasSize(3);
            assertThat(voice.lost()).isZero();
        }

        @Test
        void silence_takes_the_place_of_a_caller_who_sends_nothing() {
            voice.add(packet(1), now);

            for (int i = 1; i <= 50; i++) {
                voice.tick(now + 20L * i * MILLIS);
            }

            assertThat(samples()).isBetween(24 * 800, 24 * 1_000);
            assertThat(heard.get(heard.size() - 1)).containsOnly((short) 0);
        }

        @Test
        void silence_that_the_sender_left_out_is_supplied() {
            voice.add(packet(1, 960, 7), now);
            voice.add(packet(2, 960 * 11, 7), now);

            assertThat(samples()).isEqualTo(11 * 480);
        }

        @Test
        void new_source_begins_anew() {
            voice.add(packet(1), now);
            voice.add(packet(40_000, 5, 8), now);
            voice.add(packet(40_001, 965, 8), now);

            assertThat(heard).hasSize(3);
            assertThat(voice.packets()).isEqualTo(2);
            assertThat(voice.ssrc()).isEqualTo(8);
        }

        @Test
        void what_is_no_opus_is_concealed() {
            voice.add(packet(1), now);
            for (int i = 2; i < 50; i++) {
                byte[] noise = new byte[i];
                Arrays.fill(noise, (byte) (i * 37));
                voice.add(new RtpPacket(111, false, i, i * 960, 7, noise), now);
            }

            assertThat(voice.packets()).isEqualTo(49);
            assertThat(heard).hasSizeGreaterThanOrEqualTo(49);
        }
    }

    @Nested
    class Out {
        private final VoiceOut queue = new VoiceOut();
        private final short[] frame = new short[480];

        @Test
        void pieces_are_cut_into_frames_without_a_seam() {
            assertThat(queue.add(ramp(1, 700))).isTrue();
            assertThat(queue.add(ramp(701, 260))).isTrue();
            assertThat(queue.waiting()).isEqualTo(Duration.ofMillis(40));

            List<Short> taken = new ArrayList<>();
            while (queue.take(frame)) {
                for (short sample : frame) {
                    taken.add(sample);
                }
            }

            assertThat(taken).hasSize(960);
            assertThat(taken)
                    .isEqualTo(IntStream.rangeClosed(1, 960)
                            .mapToObj(i -> (short) i)
                            .toList());
        }

        @Test
        void last_frame_ends_in_silence() {
            queue.add(ramp(1, 10));

            assertThat(queue.take(frame)).isTrue();

            assertThat(frame[9]).isEqualTo((short) 10);
            assertThat(frame[10]).isZero();
            assertThat(queue.take(frame)).isFalse();
        }

        @Test
        void cleared_sound_is_gone() {
            queue.add(ramp(1, 4_800));
            queue.clear();

            assertThat(queue.take(frame)).isFalse();
            assertThat(queue.waiting()).isZero();
        }

        @Test
        void more_than_ten_minutes_are_not_taken() {
            short[] minute = new short[24_000 * 60];
            for (int i = 0; i < 10; i++) {
                assertThat(queue.add(minute)).isTrue();
            }

            assertThat(queue.add(new short[1])).isFalse();
        }

        private short[] ramp(int from, int count) {
            short[] samples = new short[count];
            for (int i = 0; i < count; i++) {
                samples[i] = (short) (from + i);
            }
            return samples;
        }
    }

    @Nested
    class Meter {
        @Test
        void frequency_is_found_between_the_bins() {
            for (double hertz : new double[] {100, 441.3, 1_000, 5_003.7}) {
                SoundMeter meter = new SoundMeter();
                meter.add(Tone.sine(hertz, 300));

                assertThat(meter.measure().hertz()).isCloseTo(hertz, within(1.0));
            }
        }

        @Test
        void silence_has_no_frequency() {
            assertThat(new SoundMeter().measure().hertz()).isZero();
            assertThat(new SoundMeter().measure().decibels()).isEqualTo(Double.NEGATIVE_INFINITY);
        }
    }
}
