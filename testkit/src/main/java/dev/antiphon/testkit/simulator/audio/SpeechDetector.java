package dev.antiphon.testkit.simulator.audio;

/**
 * Finds where speech begins and ends by the energy of 20 ms windows. Positions are milliseconds since
 * the first sample ever given. Not thread-safe.
 */
public final class SpeechDetector {
    private static final int WINDOW_MILLIS = 20;
    private static final int WINDOW_SAMPLES = WireAudio.SAMPLE_RATE / 1000 * WINDOW_MILLIS;
    /** Windows above the threshold before we believe it: a click is shorter. */
    private static final int ONSET_WINDOWS = 3;

    /** What a detector reports, in the order of the signal. */
    public interface Listener {
        /** Speech began; {@code onsetMillis} is where its first loud window is. */
        void onSpeechStarted(long onsetMillis);

        /** Speech ended; at {@code nowMillis} the silence had lasted long enough. */
        void onSpeechStopped(long nowMillis);
    }

    private final Listener listener;
    private final short[] window = new short[WINDOW_SAMPLES];
    private int filled;
    private long windows;
    private int loudRun;
    private int quietRun;
    private boolean speaking;
    private double loudness = loudnessOf(0.5);
    private int silenceWindows = 500 / WINDOW_MILLIS;

    public SpeechDetector(Listener listener) {
        this.listener = listener;
    }

    /**
     * Sets the sensitivity.
     *
     * @param threshold 0 to 1 as in {@code turn_detection.threshold}; 0.5 is about -34 dB of full scale
     * @param silenceMillis quiet time that ends speech
     */
    public void configure(double threshold, long silenceMillis) {
        loudness = loudnessOf(threshold);
        silenceWindows = (int) Math.max(1, silenceMillis / WINDOW_MILLIS);
    }

    private static double loudnessOf(double threshold) {
        return Math.max(0.001, 0.04 * threshold) * Short.MAX_VALUE;
    }

    public boolean isSpeaking() {
        return speaking;
    }

    /** Forgets speech in progress; the position runs on. */
    public void reset() {
        speaking = false;
        loudRun = 0;
        quietRun = 0;
    }

    /** Takes the next samples, at 24 kHz, and reports to the listener before it returns. */
    public void hear(short[] samples) {
        for (short sample : samples) {
            window[filled++] = sample;
            if (filled == WINDOW_SAMPLES) {
                filled = 0;
                windows++;
                judge(rootMeanSquare(window) >= loudness);
            }
        }
    }

    private void judge(boolean loud) {
        loudRun = loud ? loudRun + 1 : 0;
        quietRun = loud ? 0 : quietRun + 1;
        if (!speaking && loudRun >= ONSET_WINDOWS) {
            speaking = true;
            listener.onSpeechStarted((windows - loudRun) * WINDOW_MILLIS);
        } else if (speaking && quietRun >= silenceWindows) {
            speaking = false;
            listener.onSpeechStopped(windows * WINDOW_MILLIS);
        }
    }

    private static double rootMeanSquare(short[] samples) {
        double sum = 0;
        for (short sample : samples) {
            sum += (double) sample * sample;
        }
        return Math.sqrt(sum / samples.length);
    }
}
