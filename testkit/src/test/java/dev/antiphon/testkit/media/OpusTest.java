package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpusTest {
    private static final int RATE = 48_000;
    private static final int PACKET = RATE / 50;

    private static short[] tone(int hertz, int samples, int rate) {
        short[] tone = new short[samples];
        for (int i = 0; i < samples; i++) {
            tone[i] = (short) Math.round(8_000 * Math.sin(2 * Math.PI * hertz * i / rate));
        }
        return tone;
    }

    private static double loudness(short[] samples) {
        return Math.sqrt(IntStream.range(0, samples.length)
                .mapToDouble(i -> (double) samples[i] * samples[i])
                .average()
                .orElse(0));
    }

    /** Browsers send speech in all three modes of Opus, as their encoder sees fit. */
    @ParameterizedTest
    @ValueSource(strings = {"VOIP 12000", "VOIP 32000", "AUDIO 64000", "LOWDELAY 32000"})
    void sound_is_as_loud_as_it_was_in_every_mode(String how) throws OpusException {
        OpusEncoder encoder = new OpusEncoder(
                RATE,
                1,
                how.startsWith("VOIP")
                        ? OpusApplication.OPUS_APPLICATION_VOIP
                        : how.startsWith("AUDIO")
                                ? OpusApplication.OPUS_APPLICATION_AUDIO
                                : OpusApplication.OPUS_APPLICATION_RESTRICTED_LOWDELAY);
        encoder.setBitrate(Integer.parseInt(how.substring(how.indexOf(' ') + 1)));
        encoder.setComplexity(2);
        Opus.Decoder decoder = new Opus.Decoder();
        short[] spoken = tone(500, PACKET * 50, RATE);
        byte[] packet = new byte[1_275];
        short[] heard = new short[0];
        for (int at = 0; at < spoken.length; at += PACKET) {
            int length = encoder.encode(spoken, at, PACKET, packet, 0, packet.length);
            short[] piece = decoder.decode(Arrays.copyOf(packet, length));
            assertThat(piece).hasSize(Opus.FRAME);
            if (at > spoken.length / 2) {
                heard = piece;
            }
        }

        assertThat(loudness(heard)).isCloseTo(loudness(spoken), within(loudness(spoken) / 4));
        assertThat(decoder.malformed()).isZero();
    }

    @Test
    void half_the_rate_keeps_what_fits_and_drops_what_does_not() {
        short[] low = new HalfRate().of(tone(1_000, RATE / 10, RATE), RATE / 10);
        short[] high = new HalfRate().of(tone(18_000, RATE / 10, RATE), RATE / 10);

        assertThat(low).hasSize(RATE / 20);
        assertThat(loudness(low)).isCloseTo(8_000 / Math.sqrt(2), within(150.0));
        assertThat(loudness(high)).isLessThan(100);
    }

    @Test
    void half_the_rate_has_no_seams() {
        short[] whole = tone(700, 1_920, RATE);
        HalfRate inPieces = new HalfRate();
        short[] first = inPieces.of(Arrays.copyOfRange(whole, 0, 960), 960);
        short[] second = inPieces.of(Arrays.copyOfRange(whole, 960, 1_920), 960);

        short[] atOnce = new HalfRate().of(whole, whole.length);

        assertThat(first).isEqualTo(Arrays.copyOfRange(atOnce, 0, 480));
        assertThat(second).isEqualTo(Arrays.copyOfRange(atOnce, 480, 960));
    }
}
