package dev.antiphon.testkit.media;

/** Sounds for tests, 24 kHz. */
final class Tone {
    private Tone() {}

    /** A sine of about −14 dB. */
    static short[] sine(double hertz, int millis) {
        short[] samples = new short[24 * millis];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (9_000 * Math.sin(2 * Math.PI * hertz * i / 24_000));
        }
        return samples;
    }
}
