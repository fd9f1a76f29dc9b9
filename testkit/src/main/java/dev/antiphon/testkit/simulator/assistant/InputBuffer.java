package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.SpeechDetector;
import dev.antiphon.testkit.simulator.audio.WireAudio;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * The input audio buffer of a session with its turn detection. Positions are milliseconds since the first
 * byte ever appended; they run on across commits and clears.
 */
final class InputBuffer implements SpeechDetector.Listener {
    private static final int MAX_BYTES = 64 * 1024 * 1024;
    private static final int MAX_APPEND = 15 * 1024 * 1024;
    private static final int MIN_COMMIT_MILLIS = 100;

    /** What turn detection decides. */
    interface Turns {
        void onSpeechStarted(long audioStartMillis);

        void onSpeechStopped(long audioEndMillis, byte[] turn);
    }

    private final Turns turns;
    private final SpeechDetector detector = new SpeechDetector(this);
    private byte[] bytes = new byte[4_096];
    private int length;
    /** Bytes that went through before the first one still held. */
    private long dropped;

    private int heard;
    private WireAudio format = WireAudio.PCM;
    private boolean detecting;
    private long prefixMillis;
    private long turnStartMillis;

    InputBuffer(Turns turns) {
        this.turns = turns;
    }

    /** @param turnDetection object of the session, or anything else for push-to-talk */
    void configure(WireAudio audioFormat, JsonNode turnDetection) {
        if (audioFormat != format) {
            clear();
            dropped = audioFormat.bytesOfMillis(format.millisOf(dropped));
            format = audioFormat;
        }
        boolean wasDetecting = detecting;
        detecting = turnDetection.isObject();
        if (!detecting || !wasDetecting) {
            detector.reset();
            heard = length;
        }
        if (turnDetection.path("type").asString("").equals("semantic_vad")) {
            prefixMillis = 300;
            detector.configure(
                    0.5,
                    switch (turnDetection.path("eagerness").asString("auto")) {
                        case "low" -> 1_200;
                        case "high" -> 400;
                        default -> 800;
                    });
        } else {
            prefixMillis = turnDetection.path("prefix_padding_ms").asLong(300);
            detector.configure(
                    turnDetection.path("threshold").asDouble(0.5),
                    turnDetection.path("silence_duration_ms").asLong(500));
        }
    }

    void append(byte[] audio) throws InvalidEvent {
        if (audio.length > MAX_APPEND) {
            throw InvalidEvent.value("audio", "Invalid value for 'audio': more than 15 MiB.");
        }
        if ((long) length + audio.length > MAX_BYTES) {
            throw InvalidEvent.value("audio", "The input audio buffer is full: commit or clear it.");
        }
        add(audio);
    }

    /** Takes sound that comes by itself: where it does not fit, the oldest goes. At most the buffer's size. */
    void hear(byte[] audio) {
        if ((long) length + audio.length > MAX_BYTES) {
            discard(Math.max(length / 2, length + audio.length - MAX_BYTES) & ~1);
        }
        add(audio);
    }

    private void add(byte[] audio) {
        if (length + audio.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + audio.length, bytes.length * 2));
        }
        System.arraycopy(audio, 0, bytes, length, audio.length);
        length += audio.length;
        if (detecting) {
            listen();
        }
    }

    private void listen() {
        int unit = format == WireAudio.PCM ? 2 : 1;
        int step = format.bytesOfMillis(20);
        while (length - heard >= unit) {
            int to = Math.min(length, heard + step);
            to -= (to - heard) % unit;
            byte[] piece = Arrays.copyOfRange(bytes, heard, to);
            heard = to;
            detector.hear(format.toSamples(piece));
        }
        if (!detector.isSpeaking()) {
            int keep = format.bytesOfMillis(prefixMillis + 200);
            if (length > keep) {
                discard((length - keep) / unit * unit);
            }
        }
    }

    @Override
    public void onSpeechStarted(long onsetMillis) {
        turnStartMillis = Math.max(format.millisOf(dropped), onsetMillis - prefixMillis);
        turns.onSpeechStarted(turnStartMillis);
    }

    @Override
    public void onSpeechStopped(long nowMillis) {
        int from = (int) Math.max(0, format.bytesOfMillis(turnStartMillis) - dropped);
        byte[] turn = Arrays.copyOfRange(bytes, Math.min(from, heard), heard);
        discard(heard);
        turns.onSpeechStopped(nowMillis, turn);
    }

    long positionMillis() {
        return format.millisOf(dropped + length);
    }

    /**
     * Takes everything out.
     *
     * @throws InvalidEvent if there is less than 100 ms
     */
    byte[] commit() throws InvalidEvent {
        long millis = format.millisOf(length);
        if (millis < MIN_COMMIT_MILLIS) {
            throw new InvalidEvent(
                    "input_audio_buffer_commit_empty",
                    "",
                    "Error committing input audio buffer: buffer too small. Expected at least " + MIN_COMMIT_MILLIS
                            + "ms of audio, but buffer only has " + millis + ".00ms of audio.");
        }
        byte[] audio = Arrays.copyOf(bytes, length);
        clear();
        return audio;
    }

    void clear() {
        discard(length);
        detector.reset();
    }

    private void discard(int count) {
        System.arraycopy(bytes, count, bytes, 0, length - count);
        length -= count;
        dropped += count;
        heard = Math.max(0, heard - count);
    }
}
