package dev.antiphon.core;

import static dev.antiphon.core.Events.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.Tool;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.SessionFeature;
import dev.antiphon.core.port.SessionSupport;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events that the other side does not know are refused before anything is sent. */
class RefusedEventsTest {
    private static final String WHY = "response.create does not exist here";
    private static final StartRequest DIRECT =
            StartRequest.direct(SessionConfig.builder().build());

    private final FakeTransport network = new FakeTransport();
    private Map<String, String> refused = Map.of("response.create", WHY);
    private SessionSupport sessions = SessionSupport.FULL;
    private final RealtimeConversations conversations = RealtimeConversations.builder()
            .selector(start -> new TransportChoice(new Limited(), "test"))
            .build();
    private final Conversation conversation = conversations.start(DIRECT);
    private final FakeSocket socket = network.socket();

    @AfterEach
    void close() {
        conversations.close();
    }

    @Test
    void a_refused_event_fails_with_the_reason_and_writes_nothing() {
        assertRefused(conversation.send(new ClientEvent.ResponseCreate("", Optional.empty())));
        assertRefused(conversation.requestResponse());
        assertThat(names(socket.written())).containsExactly("session.update");
    }

    @Test
    void a_tool_output_is_sent_without_the_response_it_would_ask_for() {
        network.server()
                .onEvent(new ConversationEvent.ItemDone(
                        Envelope.of("conversation.item.done", "", new RawJson("{}")),
                        new Item.FunctionCall("item_1", "call_1", "tool", "{}"),
                        ""));

        conversation.sendToolOutput("call_1", "X");

        assertThat(names(socket.written())).containsExactly("session.update", "X");
    }

    @Test
    void audio_that_a_transport_does_not_carry_is_refused_at_the_door() {
        refused = Map.of("input_audio_buffer.append", "no audio this way");
        Conversation silent = conversations.start(DIRECT);

        assertThatThrownBy(() -> silent.offerAudio(new byte[] {1, 0}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("no audio this way");
    }

    @Test
    void a_transport_that_knows_no_session_update_gets_none() {
        refused = Map.of("session.update", "sessions are fixed here");
        Conversation fixed = conversations.start(DIRECT);
        FakeSocket other = network.socket();
        fixed.sendText("A");

        assertThat(names(other.written())).containsExactly("A");
    }

    @Test
    @DisplayName("T-08 a voice that does not exist is refused before anything is opened, with those that do")
    void a_voice_that_does_not_exist_is_refused_with_those_that_do() {
        sessions = new SessionSupport(Map.of(), List.of("sol", "cove"));
        network.start = null;

        assertThatThrownBy(() -> conversations.start(
                        StartRequest.direct(SessionConfig.voice("marin").build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limited")
                .hasMessageContaining("marin")
                .hasMessageContaining("sol, cove");

        assertThat(network.start).isNull();
        assertThat(conversations.openCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(SessionFeature.class)
    void a_session_that_asks_for_what_is_missing_is_refused_at_the_start_and_as_an_update(SessionFeature feature) {
        SessionConfig asking = switch (feature) {
            case TEXT_OUTPUT -> SessionConfig.builder().textOnly().build();
            case TRANSCRIPTION_ONLY ->
                SessionConfig.builder().kind(SessionConfig.TRANSCRIPTION_ONLY).build();
            case TOOLS ->
                SessionConfig.builder()
                        .tools(Tool.function("tool", "", new RawJson("{}")))
                        .build();
        };
        sessions = new SessionSupport(Map.of(feature, WHY), List.of());
        Conversation modest = conversations.start(DIRECT);

        assertThatThrownBy(() -> conversations.start(StartRequest.direct(asking)))
                .hasMessageContaining(WHY);
        assertRefused(modest.updateSession(asking));
    }

    @Test
    void raw_events_are_let_through() {
        conversation.send(ClientEvent.raw("{\"type\":\"response.create\"}"));

        assertThat(socket.written()).hasSize(2);
    }

    private static void assertRefused(CompletionStage<?> stage) {
        assertThatThrownBy(() -> stage.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(NotSentException.class)
                .hasMessageContaining(WHY);
    }

    private final class Limited implements RealtimeTransport {
        @Override
        public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
            return network.open(start, inputs, listener);
        }

        @Override
        public TransportTraits traits() {
            return new TransportTraits("limited", List.of(), refused, sessions);
        }
    }
}
