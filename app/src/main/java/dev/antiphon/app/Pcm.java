package dev.antiphon.app;

import java.time.Duration;
import java.util.Locale;

/** PCM as the service speaks it by default: 16-bit little-endian samples, 24 kHz, one channel. */
final class Pcm {
    static final int RATE = 24_000;
    static final int BYTES_PER_SAMPLE = 2;
    static final int BYTES_PER_SECOND = RATE * BYTES_PER_SAMPLE;

    /** Bytes of one frame of {@link #FRAME}. */
    static final int FRAME_BYTES = BYTES_PER_SECOND / 50;

    /** Playing time of the frames we send. */
    static final Duration FRAME = Duration.ofMillis(20);

    private Pcm() {}

    /** Playing time, rounded down to a millisecond. */
    static long millis(long bytes) {
        return bytes * 1_000 / BYTES_PER_SECOND;
    }

    /** Measures loudness over any number of pieces. Confined to one thread. */
    static final class Meter {
        private long bytes;
        private double squares;

        /** Whole samples only; an odd last byte is left out. */
        void add(byte[] pcm) {
            for (int at = 0; at + 1 < pcm.length; at += BYTES_PER_SAMPLE) {
                double sample = (short) ((pcm[at] & 0xff) | pcm[at + 1] << 8);
                squares += sample * sample;
            }
            bytes += pcm.length;
        }

        long bytes() {
            return bytes;
        }

        /** Root mean square relative to full scale, in decibels; negative infinity for digital silence. */
        double dbfs() {
            long samples = bytes / BYTES_PER_SAMPLE;
            return samples == 0 ? Double.NEGATIVE_INFINITY : 10 * Math.log10(squares / samples / (32_768.0 * 32_768.0));
        }

        /** For people: {@code -18 dBFS} or {@code silence}. */
        String loudness() {
            double level = dbfs();
            return level < -90 ? "silence" : String.format(Locale.ROOT, "%.0f dBFS", level);
        }
    }
}
