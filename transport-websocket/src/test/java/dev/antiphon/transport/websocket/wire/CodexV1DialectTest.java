package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.SessionEvent;
import dev.antiphon.core.model.Tool;
import dev.antiphon.core.model.TranscriptionEvent;
import dev.antiphon.core.model.Unrecognized;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class CodexV1DialectTest {
    private final Dialect dialect = Dialects.codexV1();

    static Stream<JsonNode> serverLines() {
        return Vectors.lines("extra-events.jsonl").stream()
                .filter(line -> line.get("api").stringValue().equals("codex-v1"))
                .filter(line -> line.get("direction").stringValue().equals("server"));
    }

    @Test
    void urls_carry_the_intent() {
        SessionConfig session = SessionConfig.model("m").build();

        assertThat(dialect.webSocketUrl(URI.create("https://h/v1?a=1&intent=x&model=y"), session))
                .hasToString("wss://h/v1/realtime?a=1&intent=quicksilver&model=m");
        assertThat(dialect.webSocketUrl(
                        URI.create("ws://h"), SessionConfig.builder().build()))
                .hasToString("ws://h/v1/realtime?intent=quicksilver");
        assertThat(dialect.sidebandUrl(URI.create("https://h/v1?model=y"), "rtc_x"))
                .hasToString("wss://h/v1/realtime?intent=quicksilver&call_id=rtc_x");
        assertThat(dialect.callsUrl(URI.create("https://h/v1"))).hasToString("https://h/v1/realtime/calls");
        assertThat(dialect.hangupUrl(URI.create("https://h/v1"), "rtc_x"))
                .hasToString("https://h/v1/realtime/calls/rtc_x/hangup");
        assertThat(dialect.callIdIn("/v1/realtime/calls/rtc_x")).contains("rtc_x");
    }

    @Test
    void each_request_names_the_dialect() {
        assertThat(dialect.headers()).containsEntry("openai-alpha", "quicksilver=v1");
        assertThat(dialect.name()).isEqualTo("codex-v1");
    }

    @ParameterizedTest
    @MethodSource("serverLines")
    void every_event_is_typed(JsonNode line) {
        ServerEvent event = decode(line.get("json").toString());

        assertThat(event).isNotInstanceOfAny(Unrecognized.class, DecodeError.class);
    }

    @Test
    void events_become_those_of_the_realtime_api_that_mean_the_same() {
        assertThat(decode("{'type':'conversation.output_audio.delta','data':'AAE=','sample_rate':24000}"))
                .isInstanceOfSatisfying(
                        ResponseEvent.OutputAudioDelta.class,
                        delta -> assertThat(delta.audio().bytes()).containsExactly(0, 1));
        assertThat(decode("{'type':'conversation.output_transcript.delta','delta':'a'}"))
                .isInstanceOf(ResponseEvent.OutputAudioTranscriptDelta.class);
        assertThat(decode("{'type':'conversation.input_transcript.delta','delta':'a'}"))
                .isInstanceOf(TranscriptionEvent.Delta.class);
        assertThat(decode("{'type':'conversation.input_transcript.turn_marked','transcript':'a'}"))
                .isInstanceOf(TranscriptionEvent.Completed.class);
        assertThat(decode("{'type':'session.updated','session':{'id':'s'}}")).isInstanceOf(SessionEvent.Updated.class);
        assertThat(decode("{'type':'error','message':'down'}"))
                .isInstanceOfSatisfying(
                        ServerError.class,
                        error -> assertThat(error.error().message()).isEqualTo("down"));
    }

    @Test
    void a_hand_off_is_a_tool_call_and_its_output_answers_it() {
        ServerEvent event = decode(
                "{'type':'conversation.handoff.requested','handoff_id':'h1','item_id':'i1','input_transcript':'say \\\"hi\\\"'}");

        Item.FunctionCall call = (Item.FunctionCall) ((ConversationEvent.ItemDone) event).item();
        assertThat(call.callId()).isEqualTo("h1");
        assertThat(call.id()).isEqualTo("i1");
        assertThat(call.name()).isEqualTo("handoff");
        assertThat(Vectors.JSON
                        .readTree(call.arguments())
                        .get("input_transcript")
                        .stringValue())
                .isEqualTo("say \"hi\"");
        assertThat(encode(create(new Item.FunctionCallOutput("own", call.callId(), "done"))))
                .isEqualTo("{'type':'conversation.handoff.append','handoff_id':'h1','output_text':'done'}");
    }

    @Test
    void client_events_have_the_shape_of_the_dialect() {
        SessionConfig session = SessionConfig.voice("cove")
                .instructions("hello")
                .model("m")
                .tools(Tool.raw("x", new RawJson("{}")))
                .build();

        assertThat(encode(new ClientEvent.SessionUpdate("evt", session)))
                .isEqualTo("{'type':'session.update','session':{'type':'quicksilver','instructions':'hello','audio':"
                        + "{'input':{'format':{'type':'audio/pcm','rate':24000}},'output':{'voice':'cove'}}}}");
        assertThat(new String(dialect.codec().sessionForCall(session), StandardCharsets.UTF_8))
                .startsWith("{\"type\":\"quicksilver\",\"model\":\"m\"");
        assertThat(encode(create(new Item.Message(
                        "own",
                        Role.ASSISTANT,
                        List.of(new ContentPart.OutputText("a"), new ContentPart.InputText("b"))))))
                .isEqualTo("{'type':'conversation.item.create','item':{'type':'message','role':'assistant','content':"
                        + "[{'type':'input_text','text':'a'},{'type':'input_text','text':'b'}]}}");
        assertThat(encode(ClientEvent.raw("{\"type\":\"x\"}"))).isEqualTo("{'type':'x'}");
    }

    @Test
    void what_the_dialect_lacks_is_declared_and_refused() {
        for (ClientEvent event : List.of(
                new ClientEvent.InputAudioBufferCommit(""),
                new ClientEvent.InputAudioBufferClear(""),
                new ClientEvent.ConversationItemRetrieve("", "i"),
                new ClientEvent.ConversationItemTruncate("", "i", 0, 0),
                new ClientEvent.ConversationItemDelete("", "i"),
                new ClientEvent.ResponseCreate("", Optional.empty()),
                new ClientEvent.ResponseCancel("", Optional.empty()),
                new ClientEvent.OutputAudioBufferClear(""))) {
            assertThat(dialect.refused()).containsKey(event.type());
            assertThatThrownBy(() -> encode(event))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(event.type())
                    .hasMessageContaining("codex-v1");
        }
        assertThatThrownBy(() -> encode(create(new Item.Reference("i")))).hasMessageContaining("codex-v1");
        assertThatThrownBy(() -> encode(create(Item.fromUser(ContentPart.InputImage.of("data:image/png;base64,AA==")))))
                .hasMessageContaining("codex-v1");
    }

    private static ClientEvent create(Item item) {
        return new ClientEvent.ConversationItemCreate("", Optional.empty(), item);
    }

    private ServerEvent decode(String json) {
        byte[] utf8 = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return dialect.codec().decode(utf8, 0, utf8.length);
    }

    private String encode(ClientEvent event) {
        ByteBuf out = Unpooled.buffer();
        dialect.codec().encode(event, out);
        return out.toString(StandardCharsets.UTF_8).replace('"', '\'');
    }

    @Test
    void a_voice_of_the_other_dialect_is_refused_with_the_list_of_its_own() {
        assertThat(dialect.sessions().refusalOf(SessionConfig.voice("marin").build()))
                .hasValueSatisfying(why ->
                        assertThat(why).contains("marin").contains("juniper").contains("cove"));
        assertThat(dialect.sessions().refusalOf(SessionConfig.voice("cove").build()))
                .isEmpty();
    }

    @Test
    void answers_in_text_and_tools_are_refused() {
        assertThat(dialect.sessions()
                        .refusalOf(SessionConfig.builder().textOnly().build()))
                .isPresent();
        assertThat(dialect.sessions()
                        .refusalOf(SessionConfig.builder()
                                .tools(Tool.function("tool", "", new RawJson("{}")))
                                .build()))
                .isPresent();
    }
}
