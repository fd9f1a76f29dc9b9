package dev.antiphon.transport.websocket.load;

import dev.antiphon.core.AudioOffer;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationLimits;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.WebSocketTransport;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Antiphon as an application uses it: conversations, receipts, a listener; one event loop. The listener
 * runs on threads of the library's own, or on the event loop, where the bare client has its own.
 */
final class AntiphonSubject implements Subject {
    private static final int LANE = 100_000;

    private final NettyResources resources = NettyResources.create(1);
    private final RealtimeConversations conversations;

    AntiphonSubject(int port, boolean listensOnLoop) {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder("ws://127.0.0.1:" + port + "/v1")
                .credentials(Credentials.apiKey("load"))
                .build();
        RealtimeConversations.Builder builder = RealtimeConversations.builder()
                .direct(WebSocketTransport.builder(endpoint)
                        .resources(resources)
                        .build())
                .limits(ConversationLimits.DEFAULT.withAudio(
                        LANE, Optional.empty(), ConversationLimits.AudioWhenFull.DROP_NEWEST));
        if (listensOnLoop) {
            builder.listenerExecutor(Runnable::run);
        }
        conversations = builder.build();
    }

    @Override
    public Session open(String model, Ear ear) throws Exception {
        StartRequest request = StartRequest.direct(SessionConfig.model(model).build());
        Conversation conversation = conversations.start(request, new Listener(ear));
        conversation.joined().toCompletableFuture().get(60, TimeUnit.SECONDS);
        return new OfConversation(conversation);
    }

    @Override
    public void close() {
        conversations.close();
        resources.close();
    }

    private record Listener(Ear ear) implements ConversationListener {
        @Override
        public void onEvent(ServerEvent event) {
            if (event instanceof ResponseEvent.OutputAudioDelta delta) {
                ear.onAudio(delta.audio().bytes(), delta.itemId());
            } else if (event instanceof ResponseEvent.OutputTextDelta delta) {
                ear.onText(delta.delta());
            } else if (event instanceof InputAudioBufferEvent.Committed committed) {
                ear.onCommitted(Long.parseLong(committed.itemId()));
            }
        }
    }

    private record OfConversation(Conversation conversation) implements Session {
        @Override
        public boolean offer(byte[] pcm) {
            return conversation.offerAudio(pcm) == AudioOffer.ACCEPTED;
        }

        @Override
        public void commit() {
            CompletionStage<Void> unused = conversation.audio().commit();
        }

        @Override
        public void send(String json) {
            CompletionStage<Void> unused = conversation.send(ClientEvent.raw(json));
        }

        @Override
        public void text(String text, Consumer<Long> written) {
            long asked = System.nanoTime();
            CompletionStage<Void> unused =
                    conversation.sendText(text).written().thenRun(() -> written.accept(System.nanoTime() - asked));
        }

        @Override
        public void close() {
            conversation.close();
        }
    }
}
