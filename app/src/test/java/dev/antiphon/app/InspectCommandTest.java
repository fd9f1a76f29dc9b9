package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectCommandTest {
    private final CapturedConsole console = new CapturedConsole();

    @TempDir
    Path folder;

    @Test
    void each_line_gets_one_line() {
        console.input(bytes("""
            {"type":"response.output_text.delta","response_id":"r","item_id":"i","delta":"grüß"}
            {"type":"not.yet.invented","n":1.50}
            {"type":7}

            [1]
            """));

        assertThat(console.run("inspect")).isZero();

        assertThat(console.outLines())
                .containsExactly(
                        "{\"line\":1,\"outcome\":\"accepted\",\"type\":\"response.output_text.delta\",\"json\":"
                                + "{\"type\":\"response.output_text.delta\",\"response_id\":\"r\",\"item_id\":\"i\","
                                + "\"delta\":\"gr\\u00FC\\u00DF\"}}",
                        "{\"line\":2,\"outcome\":\"unknown-kept\",\"type\":\"not.yet.invented\",\"json\":"
                                + "{\"type\":\"not.yet.invented\",\"n\":1.50}}",
                        console.outLines().get(2),
                        console.outLines().get(3),
                        console.outLines().get(4));
        assertThat(console.outLines().subList(2, 5))
                .allSatisfy(
                        line -> assertThat(line).contains("\"outcome\":\"decode-error\"", "\"json\":null", "reason"));
        assertThat(console.err()).isEmpty();
    }

    @Test
    void client_events_are_read_as_a_server_reads_them() throws IOException {
        Path recording = Files.writeString(
                folder.resolve("client.jsonl"), "{\"type\":\"response.create\"}\n{\"type\":\"session.created\"}");

        assertThat(console.run("inspect", "--direction", "client", recording.toString()))
                .isZero();

        assertThat(console.outLines()).hasSize(2);
        assertThat(console.outLines().get(0)).contains("\"outcome\":\"accepted\"");
        assertThat(console.outLines().get(1)).contains("\"outcome\":\"unknown-kept\"");
    }

    @Test
    void audio_is_collected_into_a_wav_file() {
        byte[] first = {1, 2, 3, 4};
        byte[] second = {5, 6};
        console.input(bytes(delta(first) + delta(second)));
        Path wav = folder.resolve("out.wav");

        assertThat(console.run("inspect", "--audio-out", wav.toString())).isZero();

        assertThat(WavFile.read(wav).pcm()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void of_a_recording_of_both_sides_the_audio_of_one_is_collected() throws IOException {
        Path recording = Files.writeString(
                folder.resolve("call.jsonl"),
                "{\"atMillis\":0,\"event\":\"recording\",\"version\":1}\n"
                        + "{\"atMillis\":1,\"event\":\"client\",\"json\":{\"type\":\"input_audio_buffer.append\","
                        + "\"audio\":\"AQI=\"}}\n"
                        + "{\"atMillis\":2,\"event\":\"server\",\"json\":"
                        + delta(new byte[] {3, 4}).strip() + "}\n");
        Path model = folder.resolve("model.wav");
        Path caller = folder.resolve("caller.wav");

        console.run("inspect", "--audio-out", model.toString(), recording.toString());
        console.run("inspect", "--direction", "client", "--audio-out", caller.toString(), recording.toString());

        assertThat(WavFile.read(model).pcm()).containsExactly(3, 4);
        assertThat(WavFile.read(caller).pcm()).containsExactly(1, 2);
    }

    @Test
    void pcm_without_a_rate_is_the_pcm_of_the_service() {
        console.input(bytes(session("audio/pcmu", "audio/pcm") + delta(new byte[] {1, 2})));

        assertThat(console.run("inspect", "--audio-out", wav().toString())).isZero();

        assertThat(WavFile.read(wav()).pcm()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @CsvSource({"audio/pcma, 6", "audio/pcmu, 7"})
    void g711_is_written_as_it_came(String type, int tag) throws IOException {
        console.input(bytes(session("audio/pcm", type) + delta(new byte[] {5, 6, 7})));

        assertThat(console.run("inspect", "--audio-out", wav().toString())).isZero();

        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(wav())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(file.getInt(4)).as("RIFF size").isEqualTo(file.capacity() - 8);
        assertThat(file.getShort(20)).as("format tag").isEqualTo((short) tag);
        assertThat(file.getShort(22)).as("channels").isEqualTo((short) 1);
        assertThat(file.getInt(24)).as("rate").isEqualTo(8_000);
        assertThat(file.getInt(28)).as("bytes a second").isEqualTo(8_000);
        assertThat(file.getShort(34)).as("bits").isEqualTo((short) 8);
        assertThat(file.getInt(46)).as("samples").isEqualTo(3);
        assertThat(file.getInt(54)).as("bytes of data").isEqualTo(3);
        assertThat(Arrays.copyOfRange(file.array(), 58, 61)).containsExactly(5, 6, 7);
    }

    @Test
    void each_side_has_its_format_whoever_says_it() throws IOException {
        Path recording = Files.writeString(
                folder.resolve("call.jsonl"),
                recorded("client", update("audio/pcma", "audio/pcmu"))
                        + recorded("client", "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AQI=\"}")
                        + recorded("server", delta(new byte[] {3, 4})));
        Path caller = folder.resolve("caller.wav");

        console.run("inspect", "--audio-out", wav().toString(), recording.toString());
        console.run("inspect", "--direction", "client", "--audio-out", caller.toString(), recording.toString());

        assertThat(formatTag(wav())).isEqualTo(7);
        assertThat(formatTag(caller)).isEqualTo(6);
    }

    @Test
    void the_format_of_one_response_ends_with_it() throws IOException {
        String special = "{\"type\":\"response.created\",\"response\":{\"audio\":{\"output\":{\"format\":"
                + "{\"type\":\"audio/pcmu\"}}}}}\n";
        String usual = "{\"type\":\"response.created\",\"response\":{}}\n";
        String before = session("audio/pcm", "audio/pcma");

        console.input(bytes(before + special + usual + delta(new byte[] {1})));
        assertThat(console.run("inspect", "--audio-out", wav().toString())).isZero();
        assertThat(formatTag(wav())).isEqualTo(6);

        console.input(bytes(before + special + delta(new byte[] {1}) + usual + delta(new byte[] {1})));
        assertThat(console.run("inspect", "--audio-out", wav().toString())).isEqualTo(1);
        assertThat(console.err())
                .contains("from G.711 µ-law at 8000 Hz to G.711 A-law at 8000 Hz")
                .hasLineCount(1);
    }

    @Test
    void a_masked_recording_says_that_its_sound_is_gone() {
        String header = "{\"atMillis\":0,\"event\":\"recording\",\"version\":1,\"redaction\":\"%s\"}\n";
        String sound = recorded("server", delta(new byte[2]));

        console.input(bytes(header.formatted("none") + sound)).run("inspect", "--audio-out", wav().toString());
        assertThat(console.err()).isEmpty();

        console.input(bytes(header.formatted("content") + sound)).run("inspect");
        assertThat(console.err()).isEmpty();

        assertThat(console.input(bytes(header.formatted("content") + sound))
                        .run("inspect", "--audio-out", wav().toString()))
                .isZero();
        assertThat(console.err()).contains("masked", "--record-content").hasLineCount(1);
        assertThat(wav()).exists();
    }

    @Test
    void audio_that_is_not_there_or_has_no_form_in_a_wav_file_is_a_failure() {
        assertThat(console.input(bytes("{\"type\":\"error\"}")).run("inspect", "--audio-out", wav().toString()))
                .isEqualTo(1);
        assertThat(console.err()).contains("no event of the server holds audio").hasLineCount(1);

        console.input(bytes(session("audio/pcm", "audio/opus") + delta(new byte[] {1})));
        assertThat(console.run("inspect", "--audio-out", wav().toString())).isEqualTo(1);
        assertThat(console.err()).endsWith("the recording holds audio/opus\n").doesNotContain("AudioFormat");
        assertThat(wav()).doesNotExist();
    }

    @Test
    void pretty_lays_events_out_for_people() {
        console.input(bytes("{\"type\":\"response.output_text.delta\",\"delta\":\"hi\"}"));

        assertThat(console.run("inspect", "--pretty")).isZero();

        assertThat(console.out())
                .startsWith("1: accepted response.output_text.delta\n{")
                .contains("\n  \"delta\"");
    }

    @Test
    void a_number_out_of_range_is_a_decode_error_of_its_line() {
        console.input(bytes("{\"type\":\"a\",\"n\":1e99999999999}\n{\"type\":\"b\",\"n\":1e999999999}"));

        assertThat(console.run("inspect")).isZero();

        assertThat(console.out().lines())
                .satisfiesExactly(
                        first -> assertThat(first).contains("decode-error", "out of range"),
                        second -> assertThat(second).contains("unknown-kept", "1E+999999999"));
    }

    @Test
    void a_recording_that_cannot_be_read_is_named() {
        assertThat(console.run("inspect", "absent.jsonl")).isEqualTo(2);
        assertThat(console.err())
                .isEqualTo("antiphon: cannot read the recording absent.jsonl: there is no such file\n");
    }

    private Path wav() {
        return folder.resolve("out.wav");
    }

    private static int formatTag(Path wav) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(wav))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort(20);
    }

    private static String session(String input, String output) {
        return update(input, output).replace("session.update", "session.created");
    }

    private static String update(String input, String output) {
        return "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":{\"format\":"
                + "{\"type\":\"" + input + "\"}},\"output\":{\"format\":{\"type\":\"" + output + "\"}}}}}\n";
    }

    private static String recorded(String side, String event) {
        return "{\"atMillis\":1,\"event\":\"" + side + "\",\"json\":" + event.strip() + "}\n";
    }

    private static String delta(byte[] audio) {
        return "{\"type\":\"response.output_audio.delta\",\"delta\":\""
                + Base64.getEncoder().encodeToString(audio) + "\"}\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
