package dev.antiphon.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.InMemoryTransport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * One script gives one transcript: what an adapter tells its listener over real sockets, and what arrives at the
 * server, is what the in-memory transport tells and gets. Whoever tests an application in memory may then expect
 * the same of it with this adapter.
 *
 * <pre>{@code
 * class MyTransportTranscriptIT extends SameTranscriptContract {
 *     protected RealtimeTransport transport(URI baseUrl) {
 *         return new MyTransport(baseUrl, API_KEY);
 *     }
 * }
 * }</pre>
 */
@Timeout(60)
public abstract class SameTranscriptContract {
    /** The key that the simulator accepts. */
    protected static final String API_KEY = SimulatorTransportContract.API_KEY;

    /** For subclasses. */
    protected SameTranscriptContract() {}

    /**
     * A fresh adapter, which is closed after its script if it is {@link AutoCloseable}.
     *
     * @param baseUrl {@code http://127.0.0.1:PORT/v1}
     */
    protected abstract RealtimeTransport transport(URI baseUrl) throws Exception;

    /** How a conversation is started: directly, unless the adapter creates calls. */
    protected StartRequest start() {
        return StartRequest.direct(Samples.session());
    }

    /** For {@link #start} of an adapter that creates calls. */
    protected static StartRequest callStart() {
        return StartRequest.withOffer(Samples.session(), Samples.OFFER);
    }

    /** Whether the adapter opens a new socket when the one that stood was lost. */
    protected boolean rejoins() {
        return false;
    }

    private Map<String, BiConsumer<ContractBench, Probe>> scripts() {
        Map<String, BiConsumer<ContractBench, Probe>> scripts = new LinkedHashMap<>();
        scripts.put("queued input, events both ways, our close", (bench, probe) -> {
            Gate join = bench.peer().holdHandshakes();
            probe.queue(Samples.texts(1, 3));
            bench.open(probe);
            join.open();
            PeerSocket socket = probe.socket();
            bench.await("queued input", () -> Peers.inputIds(socket).size() == 3);
            socket.send(Samples.event(1));
            socket.say(Samples.event(2), Samples.AWKWARD);
            bench.await("events", () -> probe.sentEvents().size() == 2);
            probe.queue(Samples.text(4));
            bench.await("input", () -> Peers.inputIds(socket).size() == 4);
            probe.stop();
        });
        scripts.put("the server's close behind events", (bench, probe) -> {
            bench.open(probe);
            probe.socket().send(Samples.event(1));
            probe.socket().sendError(Samples.event(2));
            probe.socket().closeWith(4001, "moved");
        });
        scripts.put("a lost socket", (bench, probe) -> {
            bench.open(probe);
            probe.awaitLive();
            probe.socket().cut();
            if (rejoins()) {
                probe.queue(Samples.text(1));
                PeerSocket next = probe.socket(1);
                bench.await("input", () -> Peers.inputIds(next).size() == 1);
                probe.stop();
            }
        });
        scripts.put("a pause", (bench, probe) -> {
            bench.open(probe);
            probe.awaitLive();
            probe.connection().pauseReceiving();
            probe.socket().send(Samples.event(1));
            probe.queue(Samples.text(1));
            bench.await("input", () -> Peers.inputIds(probe.socket()).size() == 1);
            probe.connection().resumeReceiving();
            bench.await("the event", () -> probe.sentEvents().size() == 1);
            probe.stop();
        });
        scripts.put("a stop before the socket stands", (bench, probe) -> {
            Gate join = bench.peer().holdHandshakes();
            bench.open(probe);
            bench.await("a handshake", () -> bench.peer().handshakes() == 1);
            probe.stop();
            probe.awaitClosed();
            join.open();
        });
        return scripts;
    }

    /** The scripts, each a test. */
    @TestFactory
    final Stream<DynamicTest> one_script_gives_one_transcript() {
        return scripts().entrySet().stream()
                .map(script -> DynamicTest.dynamicTest(script.getKey(), () -> compare(script.getValue())));
    }

    private void compare(BiConsumer<ContractBench, Probe> script) throws Exception {
        InMemoryTransport memory =
                rejoins() ? InMemoryTransport.builder().rejoin().build() : InMemoryTransport.create();
        List<String> inMemory = play(new ContractSubject(memory, new InMemoryPeer(memory.server())), script);
        SimulatorPeer peer = SimulatorPeer.start();
        List<String> overASocket = play(new ContractSubject(transport(peer.baseUrl()), peer), script);

        assertEquals(inMemory, overASocket, "what the script gave in memory, and over a socket");
    }

    private List<String> play(ContractSubject subject, BiConsumer<ContractBench, Probe> script) throws Exception {
        Terms terms = new Terms(
                start(),
                Optional.empty(),
                EnumSet.of(start().offer().isPresent() ? Capability.CALL_CREATION : Capability.DIRECT),
                Duration.ofSeconds(10));
        try (ContractPeer peer = subject.peer()) {
            ContractBench bench = new ContractBench(Rule.START_STANDS, terms, subject);
            Probe probe = bench.probe();
            script.accept(bench, probe);
            var closure = probe.awaitClosed();
            List<String> transcript = new ArrayList<>(List.of(probe.record().transcript()));
            peer.sockets().stream()
                    .filter(socket -> !socket.received().isEmpty())
                    .forEach(socket -> transcript.add("arrived " + socket.received()));
            transcript.add("said " + probe.saidEvents());
            transcript.add("ended by " + closure.initiator() + " " + closure.code() + ", recoverable "
                    + closure.recoverable());
            return transcript;
        } finally {
            closing(subject.transport()).close();
        }
    }

    private static AutoCloseable closing(RealtimeTransport transport) {
        return transport instanceof AutoCloseable closeable ? closeable : () -> {};
    }
}
