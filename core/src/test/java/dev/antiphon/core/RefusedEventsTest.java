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
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
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
import org.junit.jupiter.api.Test;

/** Events that the other side does not know are refused before anything is sent. */
class RefusedEventsTest {
    private static final String WHY = "response.create does not exist here";

    private final FakeTransport network = new FakeTransport();
    private final Conversation conversation = RealtimeConversations.builder()
            .selector(start -> new TransportChoice(new Limited(), "test"))
            .build()
            .start(StartRequest.direct(SessionConfig.builder().build()));
    private final FakeSocket socket = network.socket();

    @AfterEach
    void close() {
        conversation.close();
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
            return new TransportTraits("limited", List.of(), Map.of("response.create", WHY));
        }
    }
}
