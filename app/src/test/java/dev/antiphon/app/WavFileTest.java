package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WavFileTest {
    @TempDir
    Path folder;

    @Test
    void the_recorded_sentence_is_audible_speech() {
        WavFile speech = WavFile.resource("speech.wav");
        Pcm.Meter meter = new Pcm.Meter();
        meter.add(speech.pcm());

        assertThat(speech.millis()).isBetween(2_000L, 4_000L);
        assertThat(meter.dbfs()).isBetween(-30.0, -15.0);
    }

    @Test
    void what_was_written_is_read_again() throws IOException {
        byte[] pcm = {1, 2, 3, 4};
        Path file = folder.resolve("a.wav");

        WavFormat.PCM.write(file, pcm);

        assertThat(WavFile.read(file).pcm()).containsExactly(pcm);
        assertThat(Files.size(file)).isEqualTo(48);
    }

    @Test
    void other_chunks_odd_ones_too_are_skipped() {
        byte[] wav = new Builder()
                .chunk("LIST", new byte[] {1, 2, 3})
                .format(1, 1, 24_000, 16)
                .chunk("fact", new byte[4])
                .chunk("data", new byte[] {5, 6})
                .chunk("id3 ", new byte[1])
                .bytes();

        assertThat(WavFile.parse(wav, "x").pcm()).containsExactly(5, 6);
    }

    @Test
    void the_extensible_form_of_the_same_format_is_read() {
        ByteBuffer extension = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        extension.putShort((short) 22).putShort((short) 16).putInt(4).putShort((short) 1);
        byte[] wav = new Builder()
                .format(0xfffe, 1, 24_000, 16, extension.array())
                .chunk("data", new byte[] {5, 6})
                .bytes();

        assertThat(WavFile.parse(wav, "x").pcm()).containsExactly(5, 6);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 16000, 16, 'PCM, 16 bit, 16000 Hz, 1 channel(s)'",
        "1, 2, 24000, 16, 'PCM, 16 bit, 24000 Hz, 2 channel(s)'",
        "1, 1, 24000, 8, 'PCM, 8 bit, 24000 Hz, 1 channel(s)'",
        "3, 1, 24000, 32, 'format 3, 32 bit, 24000 Hz, 1 channel(s)'",
        "7, 1, 8000, 8, 'format 7, 8 bit, 8000 Hz, 1 channel(s)'"
    })
    void another_format_is_refused_with_what_it_is_and_how_to_convert_it(
            int format, int channels, int rate, int bits, String found) {
        byte[] wav = new Builder()
                .format(format, channels, rate, bits)
                .chunk("data", new byte[4])
                .bytes();

        assertThatThrownBy(() -> WavFile.parse(wav, "x.wav"))
                .isInstanceOf(Complaint.class)
                .hasMessageContaining("x.wav")
                .hasMessageContaining(found)
                .hasMessageContaining("sox IN.wav -r 24000 -c 1 -b 16");
    }

    @Test
    void damage_is_named() {
        assertRefused(new byte[0], "RIFF/WAVE header");
        assertRefused("RIFFxxxxAVI LIST".getBytes(StandardCharsets.US_ASCII), "RIFF/WAVE header");
        assertRefused(new Builder().bytes(), "no data chunk");
        assertRefused(new Builder().chunk("data", new byte[2]).bytes(), "before the format chunk");
        assertRefused(new Builder().chunk("fmt ", new byte[8]).bytes(), "format chunk is damaged");
        assertRefused(pcm().chunk("data", new byte[0]).bytes(), "data chunk is empty");
        assertRefused(pcm().chunk("data", new byte[3]).bytes(), "no whole number of 16-bit samples");
        byte[] cut = pcm().chunk("data", new byte[100]).bytes();
        assertRefused(Arrays.copyOf(cut, cut.length - 10), "promises 100 bytes and the file holds 90");
        byte[] cutChunk = pcm().chunk("LIST", new byte[100]).bytes();
        assertRefused(Arrays.copyOf(cutChunk, cutChunk.length - 10), "'LIST' is longer than the file");
    }

    @Test
    void every_prefix_of_a_file_is_refused_or_read_and_never_anything_else() {
        byte[] wav =
                pcm().chunk("LIST", new byte[5]).chunk("data", new byte[10]).bytes();

        for (int length = 0; length < wav.length; length++) {
            byte[] prefix = Arrays.copyOf(wav, length);
            assertThatThrownBy(() -> WavFile.parse(prefix, "x"))
                    .as("prefix of %d bytes", length)
                    .isInstanceOf(Complaint.class);
        }
    }

    @Test
    void files_that_cannot_be_read_are_named() {
        assertThatThrownBy(() -> WavFile.read(folder.resolve("absent.wav")))
                .isInstanceOf(Complaint.class)
                .hasMessageContaining("absent.wav: there is no such file");
        assertThatThrownBy(() -> WavFile.read(folder))
                .isInstanceOf(Complaint.class)
                .hasMessageContaining("it is a directory");
    }

    private static void assertRefused(byte[] wav, String reason) {
        assertThatThrownBy(() -> WavFile.parse(wav, "x"))
                .isInstanceOf(Complaint.class)
                .hasMessageContaining(reason);
    }

    private static Builder pcm() {
        return new Builder().format(1, 1, 24_000, 16);
    }

    /** Builds files good and bad. */
    private static final class Builder {
        private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();

        Builder format(int format, int channels, int rate, int bits, byte... extension) {
            ByteBuffer chunk = ByteBuffer.allocate(16 + extension.length).order(ByteOrder.LITTLE_ENDIAN);
            int frame = channels * bits / 8;
            chunk.putShort((short) format)
                    .putShort((short) channels)
                    .putInt(rate)
                    .putInt(rate * frame);
            chunk.putShort((short) frame).putShort((short) bits).put(extension);
            return chunk("fmt ", chunk.array());
        }

        Builder chunk(String tag, byte[] content) {
            ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            head.put(tag.getBytes(StandardCharsets.US_ASCII)).putInt(content.length);
            chunks.writeBytes(head.array());
            chunks.writeBytes(content);
            if (content.length % 2 == 1) {
                chunks.write(0);
            }
            return this;
        }

        byte[] bytes() {
            byte[] content = chunks.toByteArray();
            ByteBuffer file = ByteBuffer.allocate(12 + content.length).order(ByteOrder.LITTLE_ENDIAN);
            file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(4 + content.length);
            file.put("WAVE".getBytes(StandardCharsets.US_ASCII)).put(content);
            return file.array();
        }
    }
}
