package dev.antiphon.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.InMemoryTransport;
import dev.antiphon.testkit.sample.SampleTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** T-84: in memory and over a real socket, one script gives one transcript. */
@Timeout(60)
class SameTranscriptIT {
    static Stream<Arguments> scripts() {
        return Stream.of(
                script("queued input, events both ways, our close", (bench, probe) -> {
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
                }),
                script("the server's close behind events", (bench, probe) -> {
                    bench.open(probe);
                    probe.socket().send(Samples.event(1));
                    probe.socket().sendError(Samples.event(2));
                    probe.socket().closeWith(4001, "moved");
                }),
                script("a lost socket", (bench, probe) -> {
                    bench.open(probe);
                    probe.awaitLive();
                    probe.socket().cut();
                }),
                script("a pause", (bench, probe) -> {
                    bench.open(probe);
                    probe.awaitLive();
                    probe.connection().pauseReceiving();
                    probe.socket().send(Samples.event(1));
                    probe.queue(Samples.text(1));
                    bench.await("input", () -> Peers.inputIds(probe.socket()).size() == 1);
                    probe.connection().resumeReceiving();
                    bench.await("the event", () -> probe.sentEvents().size() == 1);
                    probe.stop();
                }),
                script("a stop before the socket stands", (bench, probe) -> {
                    Gate join = bench.peer().holdHandshakes();
                    bench.open(probe);
                    bench.await("a handshake", () -> bench.peer().handshakes() == 1);
                    probe.stop();
                    probe.awaitClosed();
                    join.open();
                }));
    }

    private static Arguments script(String name, BiConsumer<ContractBench, Probe> script) {
        return Arguments.of(name, script);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void one_script_gives_one_transcript(String name, BiConsumer<ContractBench, Probe> script) throws Exception {
        InMemoryTransport memory = InMemoryTransport.create();
        List<String> inMemory = play(new ContractSubject(memory, new InMemoryPeer(memory.server())), script);
        SimulatorPeer peer = SimulatorPeer.start();
        List<String> overASocket =
                play(new ContractSubject(SampleTransport.to(peer.simulator().webSocketUrl()), peer), script);

        assertThat(inMemory).as(name).isEqualTo(overASocket).hasSizeGreaterThan(1);
    }

    private static List<String> play(ContractSubject subject, BiConsumer<ContractBench, Probe> script)
            throws Exception {
        Terms terms = new Terms(
                StartRequest.direct(Samples.session()),
                Optional.empty(),
                EnumSet.of(Capability.DIRECT),
                Duration.ofSeconds(10));
        try (ContractPeer peer = subject.peer();
                AutoCloseable transport = closing(subject.transport())) {
            assertThat(transport).isNotNull();
            ContractBench bench = new ContractBench(Rule.START_STANDS, terms, subject);
            Probe probe = bench.probe();
            script.accept(bench, probe);
            var closure = probe.awaitClosed();
            List<String> transcript = new ArrayList<>(List.of(probe.record().transcript()));
            peer.sockets().forEach(socket -> transcript.add("arrived " + socket.received()));
            transcript.add("said " + probe.saidEvents());
            transcript.add("ended by " + closure.initiator() + " " + closure.code() + ", recoverable "
                    + closure.recoverable());
            return transcript;
        }
    }

    private static AutoCloseable closing(RealtimeTransport transport) {
        return transport instanceof AutoCloseable closeable ? closeable : () -> {};
    }
}
