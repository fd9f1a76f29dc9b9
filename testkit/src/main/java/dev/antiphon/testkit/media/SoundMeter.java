package dev.antiphon.testkit.media;

import dev.antiphon.testkit.simulator.MediaFigures.Sound;

/** Measures the newest 4,096 samples of a 24 kHz stream, a sixth of a second. Safe for use by any thread. */
final class SoundMeter {
    private static final int SIZE = 4_096;
    private static final double RATE = 24_000;
    private static final double SILENCE = -96;

    // Guarded by this.
    private final short[] ring = new short[SIZE];
    private int at;

    synchronized void add(short[] samples) {
        for (short sample : samples) {
            ring[at] = sample;
            at = (at + 1) % SIZE;
        }
    }

    /** Level, and the frequency at the highest peak of the spectrum. */
    Sound measure() {
        double[] real = new double[SIZE];
        double sum = 0;
        synchronized (this) {
            for (int i = 0; i < SIZE; i++) {
                double sample = ring[(at + i) % SIZE] / 32_768.0;
                sum += sample * sample;
                real[i] = sample * (0.5 - 0.5 * Math.cos(2 * Math.PI * i / SIZE));
            }
        }
        double decibels = 10 * Math.log10(sum / SIZE);
        return decibels <= SILENCE ? Sound.SILENCE : new Sound(decibels, strongest(real));
    }

    private static double strongest(double[] real) {
        double[] imaginary = new double[SIZE];
        transform(real, imaginary);
        double[] power = new double[SIZE / 2];
        int peak = 1;
        for (int i = 1; i < power.length; i++) {
            power[i] = Math.hypot(real[i], imaginary[i]);
            peak = power[i] > power[peak] ? i : peak;
        }
        if (peak == power.length - 1) {
            return peak * RATE / SIZE;
        }
        // The vertex of a parabola through the peak and its neighbours lies between the bins.
        double before = power[peak - 1];
        double after = power[peak + 1];
        double bend = before - 2 * power[peak] + after;
        double offset = bend == 0 ? 0 : (before - after) / (2 * bend);
        return (peak + offset) * RATE / SIZE;
    }

    /** Fast Fourier transform in place, radix 2. */
    private static void transform(double[] real, double[] imaginary) {
        int bits = Integer.numberOfTrailingZeros(SIZE);
        for (int i = 0; i < SIZE; i++) {
            int mirrored = Integer.reverse(i) >>> (32 - bits);
            if (mirrored > i) {
                double swap = real[i];
                real[i] = real[mirrored];
                real[mirrored] = swap;
            }
        }
        for (int half = 1; half < SIZE; half *= 2) {
            for (int k = 0; k < half; k++) {
                double cos = Math.cos(Math.PI * k / half);
                double sin = -Math.sin(Math.PI * k / half);
                for (int i = k; i < SIZE; i += 2 * half) {
                    int j = i + half;
                    double re = real[j] * cos - imaginary[j] * sin;
                    double im = real[j] * sin + imaginary[j] * cos;
                    real[j] = real[i] - re;
                    imaginary[j] = imaginary[i] - im;
                    real[i] += re;
                    imaginary[i] += im;
                }
            }
        }
    }
}
