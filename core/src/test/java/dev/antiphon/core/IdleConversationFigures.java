package dev.antiphon.core;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.util.ArrayList;
import java.util.List;

/** Heap that the engine keeps for one idle, live conversation with a listener. Prints one line. */
public final class IdleConversationFigures {
    private static final int CONVERSATIONS = 20_000;

    private IdleConversationFigures() {}

    /** A network that takes everything and keeps nothing. */
    private static final class Nowhere implements RealtimeTransport, TransportConnection {
        private final TransportTraits traits = new TransportTraits("nowhere", List.of());

        @Override
        public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
            inputs.drainTo(event -> FakeSocket.TAKEN);
            return this;
        }

        @Override
        public TransportTraits traits() {
            return traits;
        }

        @Override
        public void pauseReceiving() {}

        @Override
        public void resumeReceiving() {}

        @Override
        public void close(Closure closure) {}
    }

    public static void main(String[] args) throws InterruptedException {
        RealtimeConversations conversations =
                Stand.builder(new Nowhere()).listenerExecutor(Runnable::run).build();
        ConversationListener listener = new ConversationListener() {};
        List<Conversation> open = new ArrayList<>(2 * CONVERSATIONS);
        start(conversations, listener, open);
        long before = used();
        start(conversations, listener, open);
        long after = used();
        System.out.printf(
                "%d idle conversations: %d bytes of heap each%n", CONVERSATIONS, (after - before) / CONVERSATIONS);
        conversations.close();
    }

    private static void start(
            RealtimeConversations conversations, ConversationListener listener, List<Conversation> open) {
        for (int i = 0; i < CONVERSATIONS; i++) {
            open.add(conversations.start(Stand.DIRECT, listener));
        }
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
