package dev.antiphon.testkit.media;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import java.util.Arrays;

/**
 * Opus (RFC 6716) in samples of 24 kHz, one channel, as the simulator has them. The encoder runs at its least
 * effort, which in Java is what keeps up with many calls; speech stays good at 32 kbit/s. The decoder runs at
 * 48 kHz: at any lower rate this codec decodes hybrid packets, which browsers send for speech, to near silence.
 */
final class Opus {
    /** Samples of the frames that we send: 20 ms. */
    static final int FRAME = 480;

    /** RTP timestamps of Opus count 48,000 a second, whatever the sampling rate (RFC 7587 §4.1). */
    static final int CLOCK_PER_SAMPLE = 2;

    private static final int RATE = 24_000;
    private static final int DECODED_RATE = 48_000;
    private static final int BIT_RATE = 32_000;
    private static final int MAX_PACKET = 1_275;
    private static final int MAX_DECODED = DECODED_RATE * 120 / 1000;

    private Opus() {}

    /** Not safe for use by several threads. */
    static final class Encoder {
        private final OpusEncoder encoder;
        private final byte[] packet = new byte[MAX_PACKET];

        Encoder() {
            try {
                encoder = new OpusEncoder(RATE, 1, OpusApplication.OPUS_APPLICATION_RESTRICTED_LOWDELAY);
            } catch (OpusException e) {
                throw new IllegalStateException("Opus has 24 kHz", e);
            }
            encoder.setBitrate(BIT_RATE);
            encoder.setComplexity(0);
        }

        /** Encodes a frame of {@link #FRAME} samples. */
        byte[] encode(short[] samples) {
            try {
                int length = encoder.encode(samples, 0, FRAME, packet, 0, packet.length);
                return Arrays.copyOf(packet, length);
            } catch (OpusException e) {
                throw new IllegalStateException("Opus has frames of 20 ms", e);
            }
        }
    }

    /** Never fails: what cannot be decoded is concealed. Not safe for use by several threads. */
    static final class Decoder {
        private final OpusDecoder decoder;
        private final short[] decoded = new short[MAX_DECODED];
        private final HalfRate halfRate = new HalfRate();
        private long malformed;

        Decoder() {
            try {
                decoder = new OpusDecoder(DECODED_RATE, 1);
            } catch (OpusException e) {
                throw new IllegalStateException("Opus has 48 kHz", e);
            }
        }

        short[] decode(byte[] packet) {
            try {
                int length = decoder.decode(packet, 0, packet.length, decoded, 0, decoded.length, false);
                return halfRate.of(decoded, length);
            } catch (OpusException | RuntimeException e) {
                // The decoder indexes by what the packet says before it has judged it.
                malformed++;
                return conceal(FRAME);
            }
        }

        /** What a lost packet may have sounded like, from the redundancy in the one after it (RFC 6716 §2.1.7). */
        short[] recover(byte[] following, int length) {
            try {
                int recovered = decoder.decode(following, 0, following.length, decoded, 0, 2 * length, true);
                return halfRate.of(decoded, recovered);
            } catch (OpusException | RuntimeException e) {
                malformed++;
                return conceal(length);
            }
        }

        /** What lost packets may have sounded like, from those before. */
        short[] conceal(int length) {
            try {
                int concealed = decoder.decode(null, 0, 0, decoded, 0, 2 * length, false);
                return halfRate.of(decoded, concealed);
            } catch (OpusException | RuntimeException e) {
                return new short[length];
            }
        }

        /** Packets that were no Opus. */
        long malformed() {
            return malformed;
        }
    }
}
