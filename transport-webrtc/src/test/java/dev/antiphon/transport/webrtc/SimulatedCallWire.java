package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.testkit.simulation.SimulatedNetwork;
import dev.antiphon.testkit.simulation.SimulatedNetwork.CallReply;
import dev.antiphon.testkit.simulation.SimulatedSocket;
import dev.antiphon.testkit.simulation.SimulatedWorld;
import dev.antiphon.transport.websocket.SocketEnd;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The network of one sideband, as the simulation plays it. */
final class SimulatedCallWire implements CallWire {
    private final SimulatedNetwork network;
    private final String conversation;
    private final Map<String, String> owners;
    private final Executor owner;

    /** @param owners gets the conversation of each request and call id, for what is only reported by id */
    SimulatedCallWire(SimulatedNetwork network, SimulatedWorld world, String conversation, Map<String, String> owners) {
        this.network = network;
        this.conversation = conversation;
        this.owners = owners;
        this.owner = world.lane("wire " + conversation);
    }

    @Override
    public Executor owner() {
        return owner;
    }

    @Override
    public String host() {
        return "server.test:443";
    }

    @Override
    public List<CallId> callIdsIn(List<String> locations) {
        return locations.stream().map(CallId::new).toList();
    }

    @Override
    public Posting createCall(
            CallOrder order, int attempt, Duration timeout, int maxBytes, Consumer<PostOutcome> outcome) {
        owners.put(order.requestId(), conversation);
        return network.createCall(
                conversation, timeout, owner, reply -> outcome.accept(outcomeOf(reply, order.requestId())))::abandon;
    }

    private PostOutcome outcomeOf(CallReply reply, String requestId) {
        if (reply instanceof CallReply.Answered answered) {
            owners.put(answered.call(), conversation);
            return answer(201, List.of(answered.call()), requestId, answered.sdp());
        } else if (reply instanceof CallReply.Unnamed unnamed) {
            return answer(201, List.of(), requestId, unnamed.sdp());
        } else if (reply instanceof CallReply.Refused refused) {
            return refusal(Fault.CALL_REJECTED, refused.status(), refused.retryAfterSeconds());
        }
        boolean lost = reply instanceof CallReply.Lost;
        return new PostOutcome.Failed(
                StepFailure.network(fault(lost ? Fault.CONNECTION_LOST : Fault.CONNECT_FAILED), lost),
                Optional.empty());
    }

    private static PostOutcome answer(int status, List<String> locations, String requestId, String body) {
        return new PostOutcome.Answered(new PostAnswer(
                status, locations, Optional.of(requestId), Optional.empty(), body.getBytes(StandardCharsets.UTF_8)));
    }

    private static PostOutcome refusal(Fault fault, int status, int retryAfterSeconds) {
        Optional<Duration> wait =
                retryAfterSeconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(retryAfterSeconds));
        return new PostOutcome.Failed(StepFailure.refused(status, wait, refused(fault, status)), Optional.empty());
    }

    private static TransportException refused(Fault fault, int status) {
        return new TransportException(
                status == 429 || status == 503 ? Fault.THROTTLED : fault, "simulated", status, Optional.empty(), null);
    }

    private static TransportException fault(Fault fault) {
        return new TransportException(fault, "simulated");
    }

    @Override
    public Posting hangUp(CallId call, int attempt, Duration timeout, Consumer<PostOutcome> outcome) {
        network.hangUp(conversation, call.value(), owner, status -> {
            if (status == 200) {
                outcome.accept(answer(status, List.of(), "", ""));
            } else if (status == 0) {
                outcome.accept(new PostOutcome.Failed(
                        StepFailure.network(fault(Fault.CONNECTION_LOST), true), Optional.empty()));
            } else {
                outcome.accept(refusal(Fault.CALL_REJECTED, status, -1));
            }
        });
        return () -> {};
    }

    @Override
    public Dial dial(CallId call, int attempt, DialListener listener) {
        return new SocketDial(network.dial(conversation, call.value(), owner, new Relay(listener)));
    }

    private record SocketDial(SimulatedSocket socket) implements Dial {
        @Override
        public InputWriter writer() {
            return socket;
        }

        @Override
        public void pauseReceiving() {
            socket.receiving(false);
        }

        @Override
        public void resumeReceiving() {
            socket.receiving(true);
        }

        @Override
        public void close(int code, String reason) {
            socket.close();
        }
    }

    private record Relay(DialListener listener) implements SimulatedSocket.Listener {
        @Override
        public void onOpen() {
            listener.onOpen();
        }

        @Override
        public void onEvent(ServerEvent event) {
            listener.onEvent(event);
        }

        @Override
        public void onLost(SimulatedSocket.Loss loss, int code) {
            switch (loss) {
                case REFUSED ->
                    listener.onRefused(
                            StepFailure.refused(code, Optional.empty(), refused(Fault.UPGRADE_REFUSED, code)));
                case UNREACHABLE -> listener.onEnd(new SocketEnd.Failed(fault(Fault.CONNECT_FAILED)));
                case CUT -> listener.onEnd(new SocketEnd.Failed(fault(Fault.CONNECTION_LOST)));
                case CLOSED_BY_SERVER -> listener.onEnd(new SocketEnd.ClosedByServer(code, ""));
                case CLOSED_BY_CLIENT -> listener.onEnd(new SocketEnd.ClosedByUs(code, ""));
            }
        }
    }
}
