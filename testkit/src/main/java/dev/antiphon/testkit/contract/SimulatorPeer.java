package dev.antiphon.testkit.contract;

import dev.antiphon.testkit.CloseFrame;
import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.testkit.simulator.CallLedger;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.JsonView;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A {@link RealtimeSimulator} as the peer of a contract: a server on a loopback port that says nothing by itself. */
public final class SimulatorPeer implements ContractPeer {
    private static final String CALLS = "/v1/realtime/calls";

    private final RealtimeSimulator simulator;
    private final Map<String, Socket> sockets = new ConcurrentHashMap<>();

    private SimulatorPeer(RealtimeSimulator simulator) {
        this.simulator = simulator;
    }

    /** Starts a simulator on a free port. */
    public static SimulatorPeer start() {
        return new SimulatorPeer(RealtimeSimulator.builder().silent().start());
    }

    /** Base URL of the service, {@code http://127.0.0.1:PORT/v1}. */
    public URI baseUrl() {
        return simulator.baseUrl();
    }

    /** The simulator itself, for what a contract does not ask. */
    public RealtimeSimulator simulator() {
        return simulator;
    }

    @Override
    public Gate holdCalls() {
        return opening(simulator.holdCallAnswer());
    }

    @Override
    public Gate holdHandshakes() {
        return opening(simulator.holdUpgrade());
    }

    private static Gate opening(dev.antiphon.testkit.simulator.Gate held) {
        Gate gate = new Gate();
        gate.whenOpen(held::open);
        return gate;
    }

    @Override
    public void refuseCall(int status) {
        simulator.refuseCalls(status, 1);
    }

    @Override
    public void cutCall() {
        simulator.inflict(Misfortune.reset().at(Moment.CALL));
    }

    @Override
    public void answerCall(String body) {
        simulator.inflict(Misfortune.alter(answer -> answer.withBody(body)).at(Moment.CALL_CREATED));
    }

    @Override
    public String answerSdp() {
        return simulator.calls().last().answer();
    }

    @Override
    public void refuseHandshakes(int times, int status) {
        if (times == Integer.MAX_VALUE) {
            simulator.inflict(Misfortune.refuse(status).at(Moment.UPGRADE).always());
        } else {
            simulator.refuseUpgrades(status, times);
        }
    }

    @Override
    public void cutHandshake() {
        simulator.inflict(Misfortune.reset().at(Moment.UPGRADE));
    }

    @Override
    public void stopListening() {
        simulator.close();
    }

    @Override
    public void ignoreCloseFrames() {
        simulator.connections().forEach(Connection::stopReading);
    }

    @Override
    public int callsCreated() {
        return (int) simulator.calls().created();
    }

    @Override
    public int callsAsked() {
        return simulator.requests(CALLS).size();
    }

    @Override
    public int callsHungUp() {
        return simulator.calls().inState(Call.State.HUNG_UP).size();
    }

    @Override
    public int handshakes() {
        return simulator.journal().entries(Kind.UPGRADE_READ).size();
    }

    @Override
    public List<? extends PeerSocket> sockets() {
        return simulator.connections().stream().map(this::socketOf).toList();
    }

    private Socket socketOf(Connection connection) {
        return sockets.computeIfAbsent(connection.id(), id -> new Socket(simulator, connection));
    }

    @Override
    public int openConnections() {
        List<JournalEntry> entries = simulator.journal().entries();
        int open = 0;
        for (JournalEntry entry : entries) {
            if (entry.kind() == Kind.ACCEPTED) {
                open++;
            } else if (entry.kind() == Kind.DISCONNECTED) {
                open--;
            }
        }
        return open;
    }

    @Override
    public Set<String> secrets() {
        CallLedger calls = simulator.calls();
        Set<String> secrets = calls.all().stream().map(Call::id).collect(Collectors.toSet());
        secrets.add(SimulatorTransportContract.API_KEY);
        return secrets;
    }

    @Override
    public void close() {
        simulator.close();
    }

    /** One websocket of the simulator. What arrived is read once. */
    private static final class Socket implements PeerSocket {
        private final RealtimeSimulator simulator;
        private final Connection connection;

        // Guarded by this.
        private List<Arrived> arrived = List.of();

        private Socket(RealtimeSimulator simulator, Connection connection) {
            this.simulator = simulator;
            this.connection = connection;
        }

        @Override
        public void send(String eventId) {
            connection.send(cleared(eventId));
        }

        private static String cleared(String eventId) {
            return "{\"type\":\"input_audio_buffer.cleared\",\"event_id\":\"" + eventId + "\"}";
        }

        @Override
        public void sendFragmented(String eventId, int frames) {
            connection.sendFragmented(cleared(eventId), frames);
        }

        @Override
        public void say(String eventId, String text) {
            connection.send(Samples.said(eventId, text));
        }

        @Override
        public void send(String eventId, int bytes) {
            connection.send("{\"type\":\"input_audio_buffer.cleared\",\"event_id\":\"" + eventId + "\",\"padding\":\""
                    + "x".repeat(bytes) + "\"}");
        }

        @Override
        public void sendError(String eventId) {
            connection.send("{\"type\":\"error\",\"event_id\":\"" + eventId + "\",\"error\":{"
                    + "\"type\":\"invalid_request_error\",\"code\":\"invalid_value\",\"message\":\"Not like this.\","
                    + "\"param\":null,\"event_id\":\"input_of_somebody\"}}");
        }

        @Override
        public void sendGarbage() {
            connection.send("{\"type\":\"input_audio_buffer.cleared\",");
        }

        @Override
        public void sendBinary() {
            connection.sendBinary(new byte[] {1, 2, 3});
        }

        @Override
        public void ping() {
            connection.ping("contract");
        }

        @Override
        public int pongs() {
            return simulator
                    .journal()
                    .entries(entry -> entry.kind() == Kind.PONG_RECEIVED
                            && entry.connection().equals(connection.id()))
                    .size();
        }

        @Override
        public void closeWith(int code, String reason) {
            connection.close(code, reason);
        }

        @Override
        public void cut() {
            connection.reset();
        }

        @Override
        public void stopReading() {
            connection.stopReading();
        }

        @Override
        public void resumeReading() {
            connection.resumeReading();
        }

        @Override
        public List<Arrived> received() {
            List<JournalEntry> entries = connection.received();
            synchronized (this) {
                if (entries.size() > arrived.size()) {
                    List<Arrived> all = new ArrayList<>(arrived);
                    entries.subList(arrived.size(), entries.size()).forEach(entry -> all.add(arrivedFrom(entry)));
                    arrived = List.copyOf(all);
                }
                return arrived;
            }
        }

        private static Arrived arrivedFrom(JournalEntry entry) {
            JsonView json = entry.json();
            String content = "";
            if (json.has("item.content.0.text")) {
                content = json.text("item.content.0.text");
            } else if (json.has("item.output")) {
                content = json.text("item.output");
            } else if (json.has("audio")) {
                content = json.text("audio");
            }
            return new Arrived(entry.type(), entry.eventId(), content);
        }

        @Override
        public Optional<CloseFrame> closeFrame() {
            return connection.closeCode().isPresent()
                    ? Optional.of(new CloseFrame(connection.closeCode().getAsInt(), connection.closeReason()))
                    : Optional.empty();
        }

        @Override
        public boolean isOpen() {
            return connection.isOpen();
        }
    }
}
