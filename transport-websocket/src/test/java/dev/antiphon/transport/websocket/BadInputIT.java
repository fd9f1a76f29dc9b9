package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;

/** What a hostile or broken server may send on a standing socket. */
@Timeout(120)
class BadInputIT extends ConversationFixture {
    private RealtimeSimulator server;
    private Conversation conversation;
    private Connection connection;

    @BeforeEach
    void begin() throws Exception {
        server = serve();
        conversation = start(server.baseUrl());
        heard.await("session.updated");
        connection = server.connections().get(0);
    }

    /** The session lives: what is said next is confirmed. */
    private void lives() throws Exception {
        assertThat(get(conversation.sendText("still there?").outcome()).name()).isEqualTo("ACKNOWLEDGED");
    }

    private DecodeError nextDecodeError() throws Exception {
        return (DecodeError) heard.await("decode error", DecodeError.class::isInstance);
    }

    @FaultTest
    @DisplayName("B03 what is no JSON object is one counted decode error and the session lives")
    void no_json_object() throws Exception {
        List<String> bad = List.of(
                "",
                "not json",
                "[]",
                "null",
                "\"text\"",
                "7",
                "{\"type\":\"a\"} trailing",
                "\ufeff{\"type\":\"a\"",
                "{\"type\":\"a\",\"x\":NaN}",
                "{\"type\":\"a\"");

        for (String text : bad) {
            connection.send(text);
            nextDecodeError();
        }

        lives();
        assertThat(conversation.summary().decodeErrors()).isEqualTo(bad.size());
    }

    @FaultTest
    @DisplayName("B03 duplicate members make one event or one decode error and the session lives")
    void duplicate_members() throws Exception {
        connection.send("{\"type\":\"weather.changed\",\"sky\":1,\"sky\":2}");
        connection.send("{\"type\":\"marker\"}");

        heard.await("marker");
        assertThat(heard.events()).hasSize(4);
        lives();
    }

    @FaultTest
    @DisplayName("B04 depth, numbers and tokens without measure are decode errors within bounds")
    void without_measure() throws Exception {
        List<String> bad = List.of(
                "{\"type\":\"a\",\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                "{\"type\":\"a\",\"x\":[" + "1,".repeat(1_000_000) + "1]}",
                "{\"type\":\"a\",\"x\":" + "9".repeat(100_000) + "}");

        for (String text : bad) {
            connection.send(text);
            nextDecodeError();
        }

        lives();
    }

    @FaultTest
    @DisplayName("B04 a number that no machine holds is not computed")
    void number_out_of_reach() throws Exception {
        connection.send("{\"type\":\"response.done\",\"response\":{\"usage\":{\"total_tokens\":1e999999}}}");
        connection.send("{\"type\":\"marker\"}");

        heard.await("marker");
        assertThat(conversation.summary().usage().totalTokens()).isZero();
        lives();
    }

    @FaultTest
    @DisplayName("B05 an unknown type is kept whole; a missing or odd type is a decode error")
    void unknown_and_odd_types() throws Exception {
        String unknown = "{\"type\":\"weather.changed\",\"event_id\":\"e1\",\"sky\":{\"blue\":true}}";

        connection.send(unknown);
        ServerEvent kept = heard.await("weather.changed");
        assertThat(kept).isInstanceOf(Unrecognized.class);
        assertThat(kept.raw().text()).isEqualTo(unknown);
        connection.send("{\"event_id\":\"e2\"}");
        nextDecodeError();
        connection.send("{\"type\":{\"a\":1}}");
        nextDecodeError();

        lives();
    }

    @FaultTest
    @DisplayName("B06 a binary message and bad base64 are decode errors and the session lives")
    void binary_and_bad_audio() throws Exception {
        connection.sendBinary(new byte[] {1, 2, 3});
        nextDecodeError();
        connection.send(
                "{\"type\":\"response.output_audio.delta\",\"event_id\":\"e\",\"response_id\":\"r\",\"item_id\":\"i\","
                        + "\"output_index\":0,\"content_index\":0,\"delta\":\"***\"}");
        nextDecodeError();

        // Half a sample, and a rate that nobody asked for.
        connection.send(
                "{\"type\":\"response.output_audio.delta\",\"event_id\":\"e\",\"response_id\":\"r\",\"item_id\":\"i\","
                        + "\"output_index\":0,\"content_index\":0,\"delta\":\"AAAA\"}");
        heard.await("response.output_audio.delta");
        connection.send(
                "{\"type\":\"session.updated\",\"session\":{\"type\":\"realtime\",\"audio\":{\"output\":{\"format\":"
                        + "{\"type\":\"audio/pcm\",\"rate\":7}}}}}");
        heard.await("session.updated");

        lives();
    }

    @FaultTest
    @DisplayName("B22 line ends, escapes and lookups in what a server says of an end stay on one line and do nothing")
    void hostile_reasons() throws Exception {
        String evil = "a\r\nWARN forged\u001b[2J\u202e${jndi:ldap://127.0.0.1/x}%s{}";
        String json = "a\\r\\nWARN forged\\u001b[2J\\u202e${jndi:ldap://127.0.0.1/x}%s{}";
        connection.send("{\"type\":\"error\",\"error\":{\"type\":\"" + json + "\",\"code\":\"" + json
                + "\",\"param\":\"" + json + "\",\"message\":\"" + json + "\",\"event_id\":\"" + json + "\"}}");
        ServerError error = (ServerError) heard.await("error");
        assertThat(error.error().code()).isEqualTo(evil);
        inert(error);
        inert(error.error());

        connection.close(4000, evil);

        Closure closure = end(conversation);
        assertThat(closure.text()).isEqualTo(evil);
        inert(closure);
    }

    private static void inert(Object shown) {
        assertThat(shown.toString()).isNotEmpty().matches("[ -~]+");
    }

    @FaultTest
    @DisplayName("B07 ids with line ends, escapes, bidi marks and 100 KB are exact and never on one's screen")
    void hostile_ids() throws Exception {
        String id = "e\r\n\u001b[2J\u202e" + "x".repeat(100_000);
        String json =
                "{\"type\":\"weather.changed\",\"event_id\":\"e\\r\\n\\u001b[2J\\u202e" + "x".repeat(100_000) + "\"}";

        connection.send(json);

        ServerEvent event = heard.await("weather.changed");
        assertThat(event.eventId()).isEqualTo(id);
        assertThat(event.toString()).hasSizeLessThan(2_000).doesNotContain("\r", "\n", "\u001b", "\u202e");
        lives();
    }

    @FaultTest
    @DisplayName("B09 reserved bits and reserved opcodes close with 1002; nothing is inflated")
    void reserved_bits() throws Exception {
        for (int first : new int[] {0xc1, 0xa1, 0x91, 0x83, 0x8b}) {
            begin();

            connection.sendRaw(ServerFrames.bytes(first, 1, 'x'));

            closes(Fault.PROTOCOL_VIOLATION, 1002);
        }
    }

    @FaultTest
    @DisplayName("B10 lengths nobody can send close with 1002 or 1009 before anything is kept")
    void impossible_lengths() throws Exception {
        for (long length : new long[] {Long.MAX_VALUE, 1L << 40, 25L << 20}) {
            begin();
            connection.sendFrameHeader(length);
            closes(Fault.MESSAGE_TOO_BIG, 1009);
        }
        begin();
        connection.sendFrameHeader(Long.MIN_VALUE);
        closes(Fault.PROTOCOL_VIOLATION, 1002);
        begin();
        // A ping that is not final.
        connection.sendRaw(ServerFrames.bytes(0x09, 0));
        closes(Fault.PROTOCOL_VIOLATION, 1002);
    }

    private void closes(Fault fault, int code) throws Exception {
        Closure closure = end(conversation);
        assertThat(fault(closure)).isEqualTo(fault);
        assertThat(closure.recoverable()).isFalse();
        connection.awaitDisconnected(SOON);
        assertThat(connection.closeCode()).hasValue(code);
    }

    @FaultTest
    @DisplayName("B19 type hints for object mappers are data and load nothing")
    void type_hints() throws Exception {
        String json =
                "{\"type\":\"weather.changed\",\"@class\":\"java.net.URL\",\"@type\":\"javax.script.ScriptEngineManager\","
                        + "\"x\":[\"java.util.ArrayList\",[\"java.net.URL\",\"http://127.0.0.1:1/\"]]}";

        connection.send(json);

        assertThat(heard.await("weather.changed").raw().text()).isEqualTo(json);
        lives();
    }
}
