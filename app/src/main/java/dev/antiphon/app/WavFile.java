package dev.antiphon.app;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A WAV file in the one format the service takes without conversion: PCM, 16 bit, 24 kHz, mono
 * (RIFF WAVE, Multimedia Programming Interface and Data Specifications 1.0). Anything else is
 * refused with the command that converts it.
 */
final class WavFile {
    private static final long LARGEST = 200L << 20;
    private static final int FORMAT_PCM = 1;
    private static final int FORMAT_EXTENSIBLE = 0xfffe;

    private final byte[] pcm;

    private WavFile(byte[] pcm) {
        this.pcm = pcm;
    }

    /** @throws Complaint if it cannot be read or has another format */
    static WavFile read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw refused(file.toString(), "it is larger than " + (LARGEST >> 20) + " MiB; cut it");
            }
            return parse(Files.readAllBytes(file), file.toString());
        } catch (IOException unreadable) {
            throw Complaint.usage("cannot read the audio file " + Reasons.of(unreadable, file));
        }
    }

    /** A recording that is part of this program. */
    static WavFile resource(String name) {
        try (InputStream in = WavFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing from the program");
            }
            return parse(in.readAllBytes(), name);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static WavFile parse(byte[] bytes, String name) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new Reader(in, bytes.length, name).read();
        } catch (IOException cannotHappen) {
            throw new UncheckedIOException(cannotHappen);
        }
    }

    private static Complaint refused(String name, String reason) {
        return Complaint.usage("the audio file " + name + " cannot be used: " + reason);
    }

    /** The samples, little-endian; not copied, nobody changes them. */
    byte[] pcm() {
        return pcm;
    }

    long millis() {
        return Pcm.millis(pcm.length);
    }

    @Override
    public String toString() {
        return "WavFile[" + millis() + " ms]";
    }

    /** Walks the chunks of one file. */
    private static final class Reader {
        private final DataInputStream in;
        private final String name;
        private long left;
        private boolean formatSeen;

        Reader(DataInputStream in, long length, String name) {
            this.in = in;
            this.left = length;
            this.name = name;
        }

        WavFile read() throws IOException {
            if (left < 12 || !tag().equals("RIFF") || number() < 0 || !tag().equals("WAVE")) {
                throw refused(name, "it does not begin with a RIFF/WAVE header; give a WAV file");
            }
            while (left >= 8) {
                String chunk = tag();
                long size = number();
                if (chunk.equals("fmt ")) {
                    format(size);
                } else if (chunk.equals("data")) {
                    return data(size);
                } else {
                    skip(chunk, size + (size & 1));
                }
            }
            throw refused(name, "it has no data chunk, so it holds no audio");
        }

        private void format(long size) throws IOException {
            if (size < 16 || size > left) {
                throw refused(name, "its format chunk is damaged (" + size + " bytes)");
            }
            int format = shortNumber();
            int channels = shortNumber();
            long rate = number();
            number();
            shortNumber();
            int bits = shortNumber();
            boolean pcm = format == FORMAT_PCM || (format == FORMAT_EXTENSIBLE && isPcmExtension(size));
            if (!pcm || channels != 1 || rate != Pcm.RATE || bits != 16) {
                throw refused(
                        name,
                        "it is " + (pcm ? "PCM" : "format " + format) + ", " + bits + " bit, " + rate + " Hz, "
                                + channels
                                + " channel(s), and must be PCM, 16 bit, " + Pcm.RATE
                                + " Hz, 1 channel; convert it: sox IN.wav -r 24000 -c 1 -b 16 -e signed OUT.wav");
            }
            if (format == FORMAT_PCM) {
                skip("fmt ", size - 16 + (size & 1));
            }
            formatSeen = true;
        }

        /** WAVEFORMATEXTENSIBLE: the real format is the start of the sub-format GUID. */
        private boolean isPcmExtension(long size) throws IOException {
            if (size < 40) {
                return false;
            }
            skip("fmt ", 8);
            int format = shortNumber();
            skip("fmt ", size - 26 + (size & 1));
            return format == FORMAT_PCM;
        }

        private WavFile data(long size) throws IOException {
            if (!formatSeen) {
                throw refused(name, "its data chunk comes before the format chunk; write the file anew");
            }
            if (size > left) {
                throw refused(
                        name,
                        "its data chunk promises " + size + " bytes and the file holds " + left
                                + "; it was cut off or written to a pipe, write it anew");
            }
            if (size == 0) {
                throw refused(name, "its data chunk is empty, so it holds no audio");
            }
            if (size % Pcm.BYTES_PER_SAMPLE != 0) {
                throw refused(
                        name, "its data chunk has " + size + " bytes, which is no whole number of 16-bit samples");
            }
            byte[] pcm = new byte[(int) size];
            in.readFully(pcm);
            return new WavFile(pcm);
        }

        private void skip(String chunk, long bytes) throws IOException {
            // The pad byte of the last chunk is often missing.
            if (bytes > left + 1) {
                throw refused(
                        name, "its chunk '" + Complaint.oneLine(chunk) + "' is longer than the file; it was cut off");
            }
            in.skipNBytes(Math.min(bytes, left));
            left -= Math.min(bytes, left);
        }

        private String tag() throws IOException {
            byte[] tag = new byte[4];
            in.readFully(tag);
            left -= 4;
            return new String(tag, StandardCharsets.ISO_8859_1);
        }

        private long number() throws IOException {
            left -= 4;
            return Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
        }

        private int shortNumber() throws IOException {
            left -= 2;
            return Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
        }
    }
}
