package dev.antiphon.core.model;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How audio is laid out. The API knows three layouts, all with one channel; unknown ones survive but
 * have no byte maths.
 *
 * @param type {@code audio/pcm} (16-bit little-endian samples), {@code audio/pcmu} or
 *     {@code audio/pcma} (G.711, one byte per sample)
 * @param rateHz samples per second where the format states it; G.711 never does, it is 8 kHz
 */
public record AudioFormat(String type, OptionalInt rateHz) {
    /** The API's default: 16-bit little-endian PCM, 24 kHz, mono; 48 bytes a millisecond. */
    public static final AudioFormat PCM16 = pcm16(24_000);

    /** G.711 µ-law, 8 kHz; 8 bytes a millisecond. */
    public static final AudioFormat PCMU = new AudioFormat("audio/pcmu", OptionalInt.empty());

    /** G.711 A-law, 8 kHz; 8 bytes a millisecond. */
    public static final AudioFormat PCMA = new AudioFormat("audio/pcma", OptionalInt.empty());

    private static final int DEFAULT_PCM_RATE = 24_000;
    private static final int G711_RATE = 8_000;

    /** @throws IllegalArgumentException if the type is blank or the rate is not positive */
    public AudioFormat {
        if (type.isBlank()) {
            throw new IllegalArgumentException("format.type is blank");
        }
        if (rateHz.isPresent() && rateHz.getAsInt() <= 0) {
            throw new IllegalArgumentException("format.rate must be positive: " + rateHz.getAsInt());
        }
    }

    /** 16-bit little-endian PCM, mono, at a rate. The API itself takes 24 kHz only. */
    public static AudioFormat pcm16(int rateHz) {
        return new AudioFormat("audio/pcm", OptionalInt.of(rateHz));
    }

    /** Bytes of one second; empty for a layout that this version does not know. */
    public OptionalInt bytesPerSecond() {
        return switch (type) {
            case "audio/pcm" -> OptionalInt.of(2 * rateHz.orElse(DEFAULT_PCM_RATE));
            case "audio/pcmu", "audio/pcma" -> OptionalInt.of(rateHz.orElse(G711_RATE));
            default -> OptionalInt.empty();
        };
    }

    /** Bytes of one sample: audio is cut at multiples of it. 1 for a layout that this version does not know. */
    public int bytesPerSample() {
        return type.equals("audio/pcm") ? 2 : 1;
    }

    /**
     * Playing time of that many bytes, rounded down to a millisecond.
     *
     * @throws IllegalStateException for a layout that this version does not know
     */
    public Duration durationOf(long bytes) {
        return Duration.ofMillis(bytes * 1000 / rate());
    }

    /**
     * Whole samples that play in that time, in bytes, rounded down.
     *
     * @throws IllegalStateException for a layout that this version does not know
     */
    public long bytesIn(Duration time) {
        long bytes = Math.multiplyExact(time.toMillis(), (long) rate()) / 1000;
        return bytes - bytes % bytesPerSample();
    }

    private int rate() {
        return bytesPerSecond().orElseThrow(() -> new IllegalStateException("no byte maths for audio format " + type));
    }
}
