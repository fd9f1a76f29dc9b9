package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The short cut for deltas: it reads what is plain, leaves the rest to the full codec, and both agree. */
class DeltaReaderTest {
    private static final String AUDIO = "'type':'response.output_audio.delta'";
    private static final String TEXT = "'type':'response.output_text.delta'";

    private final DeltaReader deltas = new DeltaReader(new FastBase64(false, false));
    private final EventCodec codec = Dialects.realtime().codec();

    static Stream<JsonNode> plainVectors() {
        return Stream.of("server-events.jsonl", "extra-events.jsonl")
                .flatMap(file -> Vectors.lines(file).stream())
                .filter(line -> line.get("event_type")
                        .stringValue()
                        .matches("response\\.(output_)?(text|audio|audio_transcript)\\.delta"));
    }

    @ParameterizedTest
    @MethodSource("plainVectors")
    void the_json_of_a_delta_can_be_written_anew(JsonNode line) {
        byte[] frame = line.get("json").toString().getBytes(StandardCharsets.UTF_8);

        ServerEvent event = codec.decode(frame, 0, frame.length);

        Vectors.assertEqual(Vectors.JSON.readTree(event.raw().text()), line.get("json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{" + AUDIO
                        + ",'event_id':'e','response_id':'r','item_id':'i','output_index':1,'content_index':20,'delta':'AAEC'}",
                "{'delta':'AAEC','content_index':20,'output_index':1,'item_id':'i','response_id':'r','event_id':'e',"
                        + AUDIO + "}",
                " \t{ 'delta' : 'AAEC' ,\n"
                        + " 'content_index' : 20 , 'output_index':1, 'item_id':'i', 'response_id':'r',\r"
                        + " 'event_id':'e',"
                        + AUDIO + " } ",
                "{" + AUDIO
                        + ",'event_id':'e','response_id':'r','item_id':'i','output_index':1,'content_index':20,'delta':'AAEC','obfuscation':'xy'}"
            })
    void members_come_in_any_order_and_layout(String json) {
        ResponseEvent.OutputAudioDelta delta = (ResponseEvent.OutputAudioDelta) plain(json);

        assertThat(delta.eventId()).isEqualTo("e");
        assertThat(delta.responseId()).isEqualTo("r");
        assertThat(delta.itemId()).isEqualTo("i");
        assertThat(delta.outputIndex()).isEqualTo(1);
        assertThat(delta.contentIndex()).isEqualTo(20);
        assertThat(delta.audio().bytes()).containsExactly(0, 1, 2);
        assertThat(delta.audio().length()).isEqualTo(3);
        assertThat(delta.audio()).hasToString("AudioData[3 bytes]");
        Vectors.assertEqual(Vectors.JSON.readTree(delta.raw().text()), Vectors.JSON.readTree(json(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{" + AUDIO + ",'delta':'AAEC','delta':'AAEC'}",
                "{" + AUDIO + ",'delta':'AAEC','x':1}",
                "{" + AUDIO + ",'delta':'AAEC','typo':'r'}",
                "{" + AUDIO + ",'delta':'AAEC','items_x':'r'}",
                "{" + AUDIO + ",'delta':'AAEC','event_xx':'r'}",
                "{" + AUDIO + ",'delta':'AAEC','response_xx':'r'}",
                "{" + AUDIO + ",'delta':'AAEC','output_indey':1}",
                "{" + AUDIO + ",'delta':'AAEC','content_indey':1}",
                "{" + AUDIO + ",'delta':'AAE'}",
                "{" + AUDIO + ",'delta':'AAE\\u0041'}",
                "{" + AUDIO + ",'delta':null}",
                "{" + AUDIO + ",'delta':7}",
                "{" + AUDIO + "}",
                "{" + AUDIO + ",'delta':'AAEC'} x",
                "{" + AUDIO + ",'delta':'AAEC'",
                "{" + AUDIO + ",'delta':'AAEC",
                "{" + AUDIO + ",'delta",
                "{" + AUDIO + ",'delta':'AAEC',}",
                "{" + AUDIO + ",'delta' 'AAEC'}",
                "{" + AUDIO + ",'delta':'AAEC','item_id':'a\\u0062'}",
                "{" + AUDIO + ",'delta':'AAEC','item_id':'ü'}",
                "{" + AUDIO + ",'delta':'AAEC','item_id':null}",
                "{" + AUDIO + ",'delta':'AAEC','output_index':01}",
                "{" + AUDIO + ",'delta':'AAEC','output_index':-1}",
                "{" + AUDIO + ",'delta':'AAEC','output_index':1.0}",
                "{" + AUDIO + ",'delta':'AAEC','output_index':1e1}",
                "{" + AUDIO + ",'delta':'AAEC','output_index':'1'}",
                "{" + AUDIO + ",'delta':'AAEC','output_index':1234567890}",
                "{" + AUDIO + ",'delta':'AAEC','output_index':12345678901}",
                "{'delta':'AAEC'}",
                "{'type':'response.output_video.delta','delta':'AAEC'}",
                "{" + TEXT + ",'delta':'a\\xb'}",
                "{" + TEXT + ",'delta':'a'b'}",
                "[]",
                "",
                "{}",
                "{type:1}"
            })
    void what_is_unusual_is_left_to_the_full_codec(String json) {
        assertThat(read(json)).isNull();
    }

    @Test
    void text_may_hold_any_character() {
        assertThat(delta("Grüße, 駅 👩‍🚀")).isEqualTo("Grüße, 駅 👩‍🚀");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\\"",
                "\\\\",
                "\\/",
                "\\b",
                "\\f",
                "\\n",
                "\\r",
                "\\t",
                "\\u0000",
                "\\u001f",
                "\\u0022",
                "\\u005C",
                "\\u00e9",
                "\\u00E9",
                "\\uFfFe",
                "\\u2028",
                "\\ud834\\udd1e",
                "\\uD834\\uDD1E",
                "\\ud834",
                "\\udd1e",
                "\\udd1e\\ud834",
                "\\ud834\\ud834\\udd1e",
                "\\ud834\\n\\udd1e",
                "\\\\n",
                "\\\\\\n",
                "\\\\\\\"",
                "\\\\u0041",
                "\\n\\n",
                "\\u0041\\u0042"
            })
    void escapes_are_read_as_the_full_codec_reads_them(String escapes) {
        for (String text :
                List.of(escapes, "a" + escapes, escapes + "b", "ä駅𝄞" + escapes + "𝄞", escapes.repeat(300))) {
            byte[] frame = textFrame(text);

            ServerEvent shortcut =
                    Objects.requireNonNull(deltas.read(frame, 0, frame.length), "left to the full codec");

            ResponseEvent.OutputTextDelta full = (ResponseEvent.OutputTextDelta) byTree(frame);
            assertThat(((ResponseEvent.OutputTextDelta) shortcut).delta()).isEqualTo(full.delta());
            Vectors.assertEqual(
                    Vectors.JSON.readTree(shortcut.raw().text()),
                    Vectors.JSON.readTree(full.raw().text()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\",
                "\\\\\\",
                "\\x",
                "\\N",
                "\\'",
                "\\0",
                "\\u",
                "\\u1",
                "\\u12",
                "\\u123",
                "\\u123g",
                "\\u 123",
                "\\u+123",
                "\\U0041",
                "\\u١٢٣٤",
                "\\é",
                "\\n\n",
                "\\n\u0001",
                "\\n\""
            })
    void bad_escapes_are_left_to_the_full_codec(String bad) {
        for (String text : List.of(bad, "a" + bad + "z", "\\n".repeat(600) + bad)) {
            byte[] frame = textFrame(text);

            assertThat(deltas.read(frame, 0, frame.length)).isNull();
            assertThat(byTree(frame)).isInstanceOf(DecodeError.class);
        }
    }

    @Test
    void texts_made_of_pieces_of_escapes_are_read_as_the_full_codec_reads_them() {
        List<String> pieces = List.of(
                "\\", "\"", "u", "d83d", "\\ude00", "\\n", "\\\\", "\\\"", "a", "é", "\t", "\",\"obfuscation\":\"x");
        int read = 0;
        for (int each = 0; each < Math.pow(pieces.size(), 4); each++) {
            StringBuilder text = new StringBuilder();
            for (int rest = each; rest > 0; rest /= pieces.size()) {
                text.append(pieces.get(rest % pieces.size()));
            }
            byte[] frame = textFrame(text.toString());

            ServerEvent shortcut = deltas.read(frame, 0, frame.length);

            if (shortcut != null) {
                read++;
                assertThat(byTree(frame))
                        .as(text.toString())
                        .isInstanceOfSatisfying(
                                ResponseEvent.OutputTextDelta.class,
                                full -> assertThat(((ResponseEvent.OutputTextDelta) shortcut).delta())
                                        .isEqualTo(full.delta()));
            }
        }
        assertThat(read).isGreaterThan(1_000);
    }

    @Test
    void a_text_with_escapes_that_is_no_utf8_is_left_to_the_full_codec() {
        byte[] frame = textFrame("\\na?b");
        frame[frame.length - 4] = (byte) 0xC0;

        assertThat(deltas.read(frame, 0, frame.length)).isNull();
        assertThat(byTree(frame)).isInstanceOf(DecodeError.class);
    }

    @Test
    void text_that_is_no_utf8_or_holds_control_characters_is_left_to_the_full_codec() {
        for (byte bad : new byte[] {(byte) 0xC0, (byte) 0xFF, 1, 0x1F, '\n'}) {
            byte[] frame = json("{" + TEXT + ",'delta':'a?b'}").getBytes(StandardCharsets.UTF_8);
            frame[frame.length - 4] = bad;

            assertThat(deltas.read(frame, 0, frame.length)).isNull();
            assertThat(codec.decode(frame, 0, frame.length)).isInstanceOf(DecodeError.class);
        }
    }

    @Test
    void a_long_delta_ends_where_it_ends_whatever_follows() {
        String audio = Base64.getEncoder().encodeToString(new byte[9_000]);
        String ids = ",'event_id':'" + "e".repeat(100) + "','response_id':'" + "r".repeat(100) + "'";
        String longTail = ",'obfuscation':'" + "o".repeat(2 * DeltaScan.TAIL) + "'";

        assertThat(read("{" + AUDIO + ids + ",'delta':'" + audio + "'}")).isNotNull();
        assertThat(read("{" + AUDIO + ",'delta':'" + audio + "'" + ids + "}")).isNotNull();
        assertThat(read("{" + AUDIO + ",'delta':'" + audio + "'" + longTail + "}"))
                .isNull();
        assertThat(decode("{" + AUDIO + ",'delta':'" + audio + "'" + longTail + "}"))
                .isInstanceOfSatisfying(
                        ResponseEvent.OutputAudioDelta.class,
                        delta -> assertThat(delta.audio().length()).isEqualTo(9_000));
    }

    @Test
    void a_delta_inside_a_larger_array_is_read_from_its_place() {
        byte[] event = json("{" + AUDIO + ",'delta':'AAEC'}").getBytes(StandardCharsets.UTF_8);
        byte[] read = new byte[event.length + 20];
        Arrays.fill(read, (byte) '"');
        System.arraycopy(event, 0, read, 10, event.length);

        assertThat(deltas.read(read, 10, event.length)).isInstanceOf(ResponseEvent.OutputAudioDelta.class);
    }

    @Test
    void nothing_of_one_delta_is_left_in_the_next() {
        plain("{" + AUDIO + ",'event_id':'e','response_id':'r','item_id':'i','output_index':1,'content_index':2,"
                + "'delta':'AAEC','obfuscation':'xy'}");

        ResponseEvent.OutputAudioDelta bare = (ResponseEvent.OutputAudioDelta) plain("{" + AUDIO + ",'delta':''}");

        assertThat(bare.eventId() + bare.responseId() + bare.itemId()).isEmpty();
        assertThat(bare.outputIndex() + bare.contentIndex()).isZero();
        assertThat(bare.audio().length()).isZero();
        assertThat(bare.raw().text()).isEqualTo(json("{" + AUDIO + ",'delta':''}"));
    }

    @Test
    void ids_that_repeat_are_one_text() {
        ResponseEvent.OutputTextDelta first = text("resp_1", "item_1");
        ResponseEvent.OutputTextDelta second = text("resp_1", "item_1");
        ResponseEvent.OutputTextDelta other = text("resp_2", "item_2");

        assertThat(second.responseId()).isSameAs(first.responseId());
        assertThat(second.itemId()).isSameAs(first.itemId());
        assertThat(other.responseId()).isEqualTo("resp_2");
        assertThat(text("r".repeat(100), "").responseId()).isEqualTo("r".repeat(100));
    }

    private ResponseEvent.OutputTextDelta text(String responseId, String itemId) {
        return (ResponseEvent.OutputTextDelta)
                plain("{" + TEXT + ",'response_id':'" + responseId + "','item_id':'" + itemId + "','delta':'hi'}");
    }

    private String delta(String text) {
        byte[] frame = textFrame(text);
        ServerEvent event = Objects.requireNonNull(deltas.read(frame, 0, frame.length), "left to the full codec");
        return ((ResponseEvent.OutputTextDelta) event).delta();
    }

    /** A text delta with the JSON text of its member {@code delta} as it is. */
    private static byte[] textFrame(String jsonText) {
        return (json("{" + TEXT + ",'item_id':'i','delta':'") + jsonText + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private ServerEvent byTree(byte[] frame) {
        return ((JsonCodec) codec).decodeTree(frame, 0, frame.length);
    }

    private ServerEvent plain(String json) {
        return Objects.requireNonNull(read(json), "left to the full codec");
    }

    private @Nullable ServerEvent read(String json) {
        byte[] frame = json(json).getBytes(StandardCharsets.UTF_8);
        return deltas.read(frame, 0, frame.length);
    }

    private ServerEvent decode(String json) {
        byte[] frame = json(json).getBytes(StandardCharsets.UTF_8);
        return codec.decode(frame, 0, frame.length);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
