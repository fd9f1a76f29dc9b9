package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionEvent;
import dev.antiphon.core.model.Unrecognized;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the codec accepts from a server, and what it does not. */
class DecoderPolicyTest {
    private static final String SECRET = "what-the-caller-said";

    private final EventCodec codec = Dialects.realtime().codec();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "7",
                "null",
                "'text'",
                "[{'type':'error'}]",
                "{'type':'error'",
                "{'type':'error'} {}",
                "{'type':'error'} x",
                "{'type':'error',}",
                "{type:'error'}",
                "{'type':'error','n':NaN}",
                "{'type':'error','n':01}",
                "{'type':'error'/**/}",
                "\uFEFF{'type':'error'}",
                "{'delta':'x'}",
                "{'type':7}",
                "{'type':null}"
            })
    void a_message_is_one_json_object_with_a_type(String json) {
        assertThat(decode(json)).isInstanceOf(DecodeError.class);
    }

    @Test
    void text_is_strict_utf8() {
        for (String bad : new String[] {"\u00C0\u00AF", "\u00ED\u00A0\u0080", "\u00F5\u0080\u0080\u0080", "\u00FF"}) {
            byte[] message = json("{'type':'vendor','text':'" + bad + "'}").getBytes(StandardCharsets.ISO_8859_1);

            assertThat(codec.decode(message, 0, message.length))
                    .isInstanceOfSatisfying(
                            DecodeError.class,
                            error -> assertThat(error.reason()).isEqualTo("not UTF-8"));
        }
        for (String other : new String[] {"UTF-16LE", "UTF-16BE", "UTF-32LE"}) {
            byte[] message = json("{'type':'vendor'}").getBytes(Charset.forName(other));

            assertThat(codec.decode(message, 0, message.length)).isInstanceOf(DecodeError.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'response.output_text.delta','delta':7}",
                "{'type':'response.output_text.delta','delta':true}",
                "{'type':'response.output_text.delta','delta':null}",
                "{'type':'response.output_text.delta','delta':['x']}",
                "{'type':'response.output_text.delta','delta':'x','output_index':'0'}",
                "{'type':'response.output_text.delta','delta':'x','output_index':1.5}",
                "{'type':'response.output_text.delta','delta':'x','output_index':true}",
                "{'type':'response.output_text.delta','delta':'x','output_index':-1}",
                "{'type':'response.output_text.delta','delta':'x','item_id':7}",
                "{'type':'input_audio_buffer.speech_started','item_id':'i','audio_start_ms':9223372036854775808}",
                "{'type':'response.done','response':'resp_1'}",
                "{'type':'session.updated','session':[]}",
                "{'type':'rate_limits.updated','rate_limits':{}}"
            })
    void no_value_is_taken_for_another(String json) {
        assertThat(decode(json)).isInstanceOf(DecodeError.class);
    }

    @Test
    void integers_have_64_bits() {
        InputAudioBufferEvent.DtmfEventReceived pressed = (InputAudioBufferEvent.DtmfEventReceived)
                decode("{'type':'input_audio_buffer.dtmf_event_received','event':'#','received_at':4102444800}");
        InputAudioBufferEvent.SpeechStarted started = (InputAudioBufferEvent.SpeechStarted)
                decode("{'type':'input_audio_buffer.speech_started','audio_start_ms':9223372036854775807}");

        assertThat(pressed.receivedAtEpochSecond()).isEqualTo(4_102_444_800L);
        assertThat(started.audioStartMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_whole_number_may_be_spelled_with_a_point_or_an_exponent() {
        ResponseEvent.OutputTextDelta delta = (ResponseEvent.OutputTextDelta)
                decode("{'type':'response.output_text.delta','delta':'x','output_index':2.0,'content_index':1e1}");

        assertThat(delta.outputIndex()).isEqualTo(2);
        assertThat(delta.contentIndex()).isEqualTo(10);
    }

    @Test
    void of_members_with_one_name_the_last_counts() {
        ResponseEvent.OutputTextDelta delta =
                (ResponseEvent.OutputTextDelta) decode("{'type':'response.output_text.delta','delta':'a','delta':'b'}");

        assertThat(delta.delta()).isEqualTo("b");
    }

    @Test
    void nesting_is_limited_to_64() {
        assertThat(decode("{'type':'vendor','v':" + "[".repeat(63) + "]".repeat(63) + "}"))
                .isInstanceOf(Unrecognized.class);
        assertThat(decode("{'type':'vendor','v':" + "[".repeat(64) + "]".repeat(64) + "}"))
                .isInstanceOfSatisfying(
                        DecodeError.class, error -> assertThat(error.reason()).contains("limit"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "2147483648", "9223372036854775808"})
    void an_index_that_does_not_fit_makes_the_event_a_decode_error(String index) {
        ServerEvent event = decode("{'type':'response.output_text.delta','delta':'x','output_index':" + index + "}");

        assertThat(event)
                .isInstanceOfSatisfying(
                        DecodeError.class,
                        error -> assertThat(error.reason())
                                .contains("output_index")
                                .doesNotContain(index));
        assertThat(event.raw().text()).contains(index);
    }

    @ParameterizedTest
    @FieldSource("dev.antiphon.transport.websocket.wire.Vectors#OUT_OF_RANGE")
    void a_number_out_of_range_is_a_decode_error_wherever_it_stands(String number) {
        for (String json : new String[] {
            "{'type':'vendor','v':" + number + "}",
            "{'type':'vendor','v':1,'v':[" + number + "]}",
            "{'type':'response.output_text.delta','delta':'x','output_index':" + number + "}",
            "{'type':'error','error':{'code':" + number + "}}"
        }) {
            assertThat(decode(json))
                    .isInstanceOfSatisfying(
                            DecodeError.class,
                            error -> assertThat(error.reason()).isEqualTo("over a limit: a number out of range"));
        }
        assertThatThrownBy(() -> Json.valueIn(number)).isInstanceOf(MalformedEventException.class);
        assertThatThrownBy(() -> Json.trusted(new RawJson(number)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e999999999", "1.5e-999999999", "0e999999999"})
    void a_number_of_any_size_in_range_is_kept_and_never_spelled_out(String number) throws MalformedEventException {
        String json = "{'type':'vendor','v':" + number + "}";
        SessionEvent.Created created =
                (SessionEvent.Created) decode("{'type':'session.created','session':{'expires_at':" + number
                        + ",'audio':{'output':{'speed':" + number + "}}}}");

        assertThat(decode(json)).isInstanceOf(Unrecognized.class);
        assertThat(JsonWriter.text(Json.valueIn(number))).hasSizeLessThan(20);
        assertThat(Json.valueIn(JsonWriter.text(Json.valueIn(number))).decimalValue())
                .isEqualByComparingTo(new BigDecimal(number));
        assertThat(created.session().config().speed()).isEmpty();
    }

    @Test
    void tokens_are_limited() {
        String elements = "0,".repeat(Json.MAX_TOKENS);

        assertThat(decode("{'type':'vendor','v':[" + elements + "0]}"))
                .isInstanceOfSatisfying(
                        DecodeError.class, error -> assertThat(error.reason()).contains("limit"));
    }

    @Test
    void fifteen_mebibytes_of_audio_fit_an_event_and_an_item() {
        String base64 = "AAAA".repeat((15 << 20) / 3);

        ServerEvent delta = decode("{'type':'response.output_audio.delta','delta':'" + base64 + "'}");
        ServerEvent retrieved = decode("{'type':'conversation.item.retrieved','item':{'type':'message','role':'user',"
                + "'content':[{'type':'input_audio','audio':'" + base64 + "'}]}}");

        assertThat(delta)
                .isInstanceOfSatisfying(
                        ResponseEvent.OutputAudioDelta.class,
                        audio -> assertThat(audio.audio().length()).isEqualTo(15 << 20));
        assertThat(retrieved).isInstanceOf(ConversationEvent.ItemRetrieved.class);
    }

    @Test
    void a_message_over_the_limit_is_not_read() {
        byte[] message = new byte[Json.MAX_LENGTH + 1];

        assertThat(codec.decode(message, 0, message.length))
                .isInstanceOfSatisfying(
                        DecodeError.class, error -> assertThat(error.reason()).startsWith("larger than"));
    }

    @Test
    void the_audio_of_an_item_is_decoded_when_somebody_asks() {
        ConversationEvent.ItemDone done = (ConversationEvent.ItemDone)
                decode("{'type':'conversation.item.done','item':{'type':'message','role':'user','content':"
                        + "[{'type':'input_audio','audio':'no base64!'}]}}");

        assertThat(done.item()).isInstanceOf(Item.Message.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'error'}",
                "{'type':'error','error':null}",
                "{'type':'error','error':'boom'}",
                "{'type':'error','error':{'code':7}}",
                "{'type':'error','event_id':7,'message':'boom'}"
            })
    void an_error_always_arrives_as_an_error(String json) {
        assertThat(decode(json)).isInstanceOf(ServerError.class);
    }

    @Test
    void a_decode_error_tells_kind_and_place_but_no_content() {
        for (String json : new String[] {
            "{'type':'session.updated','x':'" + SECRET + "",
            "{'type':'session.updated','session':'" + SECRET + "'}",
            "{'type':'response.output_audio.delta','delta':'" + SECRET + "!'}",
            "{'" + SECRET + "':" + SECRET + "}",
            SECRET
        }) {
            DecodeError error = (DecodeError) decode(json);

            assertThat(error.reason()).doesNotContain(SECRET);
            assertThat(error.toString()).doesNotContain(SECRET);
            assertThat(error.raw().toString()).doesNotContain(SECRET);
            assertThat(error.raw().text()).contains(SECRET);
        }
    }

    private ServerEvent decode(String json) {
        byte[] message = json(json).getBytes(StandardCharsets.UTF_8);
        return codec.decode(message, 0, message.length);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
