package dev.antiphon.testkit.media;

/**
 * Halves the sampling rate: a low-pass of 31 taps at a quarter of the old rate (a half-band filter, so every
 * second tap but the middle one is zero), then every second sample. Remembers the end of one piece for the
 * next. Not safe for use by several threads.
 */
final class HalfRate {
    private static final int TAPS = 31;
    private static final int MIDDLE = TAPS / 2;
    private static final float[] FILTER = filter();

    private float[] line = new float[TAPS - 1];

    /** Returns half of the first {@code length} samples, which must be even in number. */
    short[] of(short[] samples, int length) {
        int past = TAPS - 1;
        if (line.length < past + length) {
            float[] longer = new float[past + length];
            System.arraycopy(line, 0, longer, 0, past);
            line = longer;
        }
        for (int i = 0; i < length; i++) {
            line[past + i] = samples[i];
        }
        short[] half = new short[length / 2];
        for (int i = 0; i < half.length; i++) {
            int at = 2 * i;
            float sum = FILTER[MIDDLE] * line[at + MIDDLE];
            for (int tap = 0; tap < TAPS; tap += 2) {
                sum += FILTER[tap] * line[at + tap];
            }
            half[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(sum)));
        }
        System.arraycopy(line, length, line, 0, past);
        return half;
    }

    /** Windowed sinc with the Hamming window, gain 1 at zero frequency. */
    private static float[] filter() {
        double[] taps = new double[TAPS];
        double sum = 0;
        for (int i = 0; i < TAPS; i++) {
            double x = (i - MIDDLE) / 2.0;
            double sinc = x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
            taps[i] = Math.abs(sinc) < 1e-9 ? 0 : sinc * (0.54 - 0.46 * Math.cos(2 * Math.PI * i / (TAPS - 1)));
            sum += taps[i];
        }
        float[] result = new float[TAPS];
        for (int i = 0; i < TAPS; i++) {
            result[i] = (float) (taps[i] / sum);
        }
        return result;
    }
}
