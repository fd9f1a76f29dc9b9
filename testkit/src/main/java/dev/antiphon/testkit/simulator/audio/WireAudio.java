package dev.antiphon.testkit.simulator.audio;

import java.time.Duration;

/**
 * Audio formats of the Realtime protocol and their byte arithmetic. All are mono. Inside the simulator
 * sound is always 24 kHz linear PCM in a {@code short[]}; this type converts at the edge.
 */
public enum WireAudio {
    /** {@code audio/pcm}: 24 kHz, 16-bit little-endian. */
    PCM("audio/pcm", 48),
    /** {@code audio/pcmu}: 8 kHz, G.711 µ-law. */
    PCMU("audio/pcmu", 8),
    /** {@code audio/pcma}: 8 kHz, G.711 A-law. */
    PCMA("audio/pcma", 8);

    /** Samples per second inside the simulator. */
    public static final int SAMPLE_RATE = 24_000;

    private static final int TELEPHONE_RATIO = 3;

    private final String mimeType;
    private final int bytesPerMillisecond;

    WireAudio(String mimeType, int bytesPerMillisecond) {
        this.mimeType = mimeType;
        this.bytesPerMillisecond = bytesPerMillisecond;
    }

    /** The format with this MIME type; {@link #PCM} for an unknown one. */
    public static WireAudio ofMimeType(String mimeType) {
        for (WireAudio format : values()) {
            if (format.mimeType.equals(mimeType)) {
                return format;
            }
        }
        return PCM;
    }

    public String mimeType() {
        return mimeType;
    }

    /** Playing time of this many bytes, in whole milliseconds, rounded down. */
    public long millisOf(long bytes) {
        return bytes / bytesPerMillisecond;
    }

    /** Size of this much sound on the wire. */
    public int bytesOf(Duration length) {
        return Math.toIntExact(length.toMillis() * bytesPerMillisecond);
    }

    /** Size of this many milliseconds on the wire. */
    public int bytesOfMillis(long millis) {
        return Math.toIntExact(millis * bytesPerMillisecond);
    }

    /** Converts wire bytes to 24 kHz samples. A trailing half sample is ignored. */
    public short[] toSamples(byte[] wire) {
        if (this == PCM) {
            short[] samples = new short[wire.length / 2];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (short) ((wire[2 * i] & 0xff) | wire[2 * i + 1] << 8);
            }
            return samples;
        }
        short[] samples = new short[wire.length * TELEPHONE_RATIO];
        for (int i = 0; i < wire.length; i++) {
            short value = this == PCMU ? G711.fromMuLaw(wire[i]) : G711.fromALaw(wire[i]);
            for (int k = 0; k < TELEPHONE_RATIO; k++) {
                samples[i * TELEPHONE_RATIO + k] = value;
            }
        }
        return samples;
    }

    /** Converts 24 kHz samples to wire bytes. */
    public byte[] toWire(short[] samples) {
        if (this == PCM) {
            byte[] wire = new byte[samples.length * 2];
            for (int i = 0; i < samples.length; i++) {
                wire[2 * i] = (byte) samples[i];
                wire[2 * i + 1] = (byte) (samples[i] >> 8);
            }
            return wire;
        }
        byte[] wire = new byte[samples.length / TELEPHONE_RATIO];
        for (int i = 0; i < wire.length; i++) {
            int sum = 0;
            for (int k = 0; k < TELEPHONE_RATIO; k++) {
                sum += samples[i * TELEPHONE_RATIO + k];
            }
            short value = (short) (sum / TELEPHONE_RATIO);
            wire[i] = this == PCMU ? G711.toMuLaw(value) : G711.toALaw(value);
        }
        return wire;
    }
}
