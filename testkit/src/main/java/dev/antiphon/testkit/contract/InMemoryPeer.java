package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.testkit.CloseFrame;
import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.InMemoryServer;
import dev.antiphon.testkit.InMemorySocket;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The contract's view of an {@link InMemoryServer}. */
public final class InMemoryPeer implements ContractPeer {
    private final InMemoryServer server;

    public InMemoryPeer(InMemoryServer server) {
        this.server = server;
    }

    @Override
    public Gate holdCalls() {
        return server.holdCalls();
    }

    @Override
    public Gate holdHandshakes() {
        return server.holdJoins();
    }

    @Override
    public void refuseCall(int status) {
        server.refuseCall(
                new TransportException(Fault.CALL_REJECTED, "status " + status, status, Optional.empty(), null));
    }

    @Override
    public void cutCall() {
        server.refuseCall(new TransportException(Fault.CALL_OUTCOME_UNKNOWN, "cut"));
    }

    @Override
    public void answerCall(String body) {
        server.answerCall(body);
    }

    @Override
    public String answerSdp() {
        return InMemoryServer.ANSWER;
    }

    @Override
    public void refuseHandshakes(int times, int status) {
        Fault fault = status == 503 || status == 404 ? Fault.THROTTLED : Fault.UPGRADE_REFUSED;
        TransportException refusal = new TransportException(fault, "status " + status, status, Optional.empty(), null);
        if (times == Integer.MAX_VALUE) {
            server.refuseJoins(refusal);
        } else {
            server.refuseJoins(times, refusal);
        }
    }

    @Override
    public void cutHandshake() {
        server.refuseJoins(1, new TransportException(Fault.CONNECTION_LOST, "cut"));
    }

    @Override
    public void stopListening() {
        server.stopListening();
    }

    @Override
    public void ignoreCloseFrames() {
        // Nothing answers close frames in memory.
    }

    @Override
    public int callsCreated() {
        return server.callsCreated();
    }

    @Override
    public int callsAsked() {
        return server.callsAsked();
    }

    @Override
    public int callsHungUp() {
        return server.callsHungUp();
    }

    @Override
    public int handshakes() {
        return server.joinsAsked();
    }

    @Override
    public List<? extends PeerSocket> sockets() {
        return server.sockets().stream().map(Socket::new).toList();
    }

    @Override
    public int openConnections() {
        return (int) server.sockets().stream().filter(InMemorySocket::isOpen).count();
    }

    @Override
    public void close() {
        server.sockets().forEach(InMemorySocket::cut);
    }

    private record Socket(InMemorySocket socket) implements PeerSocket {
        @Override
        public void send(String eventId) {
            send(eventId, 0);
        }

        @Override
        public void send(String eventId, int bytes) {
            RawJson raw =
                    new RawJson("{\"type\":\"input_audio_buffer.cleared\",\"pad\":\"" + "x".repeat(bytes) + "\"}");
            socket.send(new InputAudioBufferEvent.Cleared(Envelope.of("input_audio_buffer.cleared", eventId, raw)));
        }

        @Override
        public void say(String eventId, String text) {
            socket.send(new Unrecognized(Envelope.of("said", eventId, new RawJson(Samples.said(eventId, text)))));
        }

        @Override
        public void sendFragmented(String eventId, int frames) {
            throw new UnsupportedOperationException("no frames in memory");
        }

        @Override
        public void sendError(String eventId) {
            socket.send(new Unrecognized(Envelope.of("error", eventId, new RawJson("{\"type\":\"error\"}"))));
        }

        @Override
        public void sendGarbage() {
            throw new UnsupportedOperationException("no frames in memory");
        }

        @Override
        public void sendBinary() {
            throw new UnsupportedOperationException("no frames in memory");
        }

        @Override
        public void ping() {
            throw new UnsupportedOperationException("no frames in memory");
        }

        @Override
        public int pongs() {
            return 0;
        }

        @Override
        public void closeWith(int code, String reason) {
            socket.close(code, reason);
        }

        @Override
        public void cut() {
            socket.cut();
        }

        @Override
        public void stopReading() {
            socket.stopReading();
        }

        @Override
        public void resumeReading() {
            socket.resumeReading();
        }

        @Override
        public List<Arrived> received() {
            return socket.received().stream().map(Socket::arrived).toList();
        }

        private static Arrived arrived(ClientEvent event) {
            return new Arrived(event.type(), event.eventId(), contentOf(event));
        }

        private static String contentOf(ClientEvent event) {
            if (event instanceof ClientEvent.ConversationItemCreate create
                    && create.item() instanceof Item.Message message
                    && message.content().get(0) instanceof ContentPart.InputText text) {
                return text.text();
            } else if (event instanceof ClientEvent.ConversationItemCreate create
                    && create.item() instanceof Item.FunctionCallOutput output) {
                return output.output();
            } else if (event instanceof ClientEvent.InputAudioBufferAppend append) {
                return Base64.getEncoder().encodeToString(append.audio().bytes());
            }
            return "";
        }

        @Override
        public Optional<CloseFrame> closeFrame() {
            return socket.closeFrame();
        }

        @Override
        public boolean isOpen() {
            return socket.isOpen();
        }
    }
}
