package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class PcmTest {
    @Test
    void playing_time_follows_from_the_bytes() {
        assertThat(Pcm.millis(48_000)).isEqualTo(1_000);
        assertThat(Pcm.FRAME_BYTES).isEqualTo(960);
    }

    @Test
    void a_sine_at_half_of_full_scale_has_minus_nine_decibels() {
        Pcm.Meter meter = new Pcm.Meter();

        meter.add(sine(0.5, 24_000));

        assertThat(meter.dbfs()).isCloseTo(-9.03, within(0.01));
        assertThat(meter.loudness()).isEqualTo("-9 dBFS");
        assertThat(meter.bytes()).isEqualTo(48_000);
    }

    @Test
    void pieces_measure_as_the_whole() {
        byte[] sound = sine(0.3, 1_000);
        Pcm.Meter whole = new Pcm.Meter();
        Pcm.Meter pieces = new Pcm.Meter();

        whole.add(sound);
        pieces.add(java.util.Arrays.copyOf(sound, 600));
        pieces.add(java.util.Arrays.copyOfRange(sound, 600, sound.length));

        assertThat(pieces.dbfs()).isCloseTo(whole.dbfs(), within(1e-9));
    }

    @Test
    void zeros_and_nothing_are_silence() {
        Pcm.Meter zeros = new Pcm.Meter();
        zeros.add(new byte[960]);

        assertThat(zeros.loudness()).isEqualTo("silence");
        assertThat(new Pcm.Meter().loudness()).isEqualTo("silence");
    }

    private static byte[] sine(double amplitude, int samples) {
        ByteBuffer pcm = ByteBuffer.allocate(samples * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < samples; at++) {
            pcm.putShort((short) Math.round(amplitude * 32_767 * Math.sin(2 * Math.PI * at / 24)));
        }
        return pcm.array();
    }
}
