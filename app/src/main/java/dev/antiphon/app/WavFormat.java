package dev.antiphon.app;

import dev.antiphon.core.model.AudioFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The formats of the service that a WAV file can hold as they are, one channel each: PCM of 16 bit and both laws
 * of G.711 (RIFF WAVE, Multimedia Programming Interface and Data Specifications 1.0; tags by RFC 2361).
 *
 * @param tag 1 PCM, 6 A-law, 7 µ-law
 * @param rateHz samples in a second
 * @param bits of one sample
 */
record WavFormat(int tag, int rateHz, int bits) {
    /** What the service speaks where nobody says. */
    static final WavFormat PCM = new WavFormat(1, Pcm.RATE, 16);

    private static final int A_LAW = 6;
    private static final int MU_LAW = 7;
    private static final int G711_RATE = 8_000;

    /** The form of a format in a WAV file; empty if it has none. */
    static Optional<WavFormat> of(AudioFormat format) {
        return switch (format.type()) {
            case "audio/pcm" ->
                Optional.of(new WavFormat(PCM.tag, format.rateHz().orElse(Pcm.RATE), PCM.bits));
            case "audio/pcma" ->
                Optional.of(new WavFormat(A_LAW, format.rateHz().orElse(G711_RATE), 8));
            case "audio/pcmu" ->
                Optional.of(new WavFormat(MU_LAW, format.rateHz().orElse(G711_RATE), 8));
            default -> Optional.empty();
        };
    }

    /** Writes a canonical file; other formats than PCM have a longer format chunk and say how many samples there are. */
    void write(Path file, byte[] samples) throws IOException {
        boolean pcm = tag == PCM.tag;
        int bytesPerSample = bits / 8;
        int header = pcm ? 44 : 58;
        int pad = samples.length & 1;
        ByteBuffer out = ByteBuffer.allocate(header).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(header - 8 + samples.length + pad).put(ascii("WAVE"));
        out.put(ascii("fmt ")).putInt(pcm ? 16 : 18).putShort((short) tag).putShort((short) 1);
        out.putInt(rateHz).putInt(rateHz * bytesPerSample);
        out.putShort((short) bytesPerSample).putShort((short) bits);
        if (!pcm) {
            out.putShort((short) 0).put(ascii("fact")).putInt(4).putInt(samples.length / bytesPerSample);
        }
        out.put(ascii("data")).putInt(samples.length);
        try (OutputStream to = Files.newOutputStream(file)) {
            to.write(out.array());
            to.write(samples);
            to.write(new byte[pad]);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** For people: {@code PCM at 24000 Hz}. */
    @Override
    public String toString() {
        return (tag == PCM.tag ? "PCM" : tag == A_LAW ? "G.711 A-law" : "G.711 µ-law") + " at " + rateHz + " Hz";
    }
}
