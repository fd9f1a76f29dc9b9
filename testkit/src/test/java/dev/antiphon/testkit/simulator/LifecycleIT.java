package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LifecycleIT {
    @Test
    void close_leaves_no_thread_and_no_socket() throws Exception {
        RealtimeSimulator simulator = RealtimeSimulator.start();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        int port = simulator.port();
        RealtimeSimulator watched = RealtimeSimulator.builder()
                .listener(entry -> threads.add(Thread.currentThread()))
                .start();
        try (RawClient client = RawClient.upgraded(watched)) {
            client.readFrame();
            watched.holdUpgrade();
            watched.connections().get(0).send("{}");
            watched.close();

            assertThat(client.endsCleanly()).isTrue();
        }
        simulator.close();

        assertThat(threads)
                .isNotEmpty()
                .allSatisfy(thread -> assertThat(thread.isAlive()).isFalse());
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void close_works_twice_and_while_everything_is_held() throws Exception {
        RealtimeSimulator simulator = RealtimeSimulator.start();
        Gate gate = simulator.holdAccept();
        try (RawClient client = new RawClient(simulator)) {
            gate.awaitReached(TestSocket.SOON);

            simulator.close();
            simulator.close();
            gate.open();

            assertThat(client.endsCleanly()).isIn(true, false);
        }
    }

    @Test
    void an_ended_connection_can_be_reset_without_a_complaint() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        try (RealtimeSimulator simulator = RealtimeSimulator.start()) {
            RawClient.upgraded(simulator).close();
            Connection ended = simulator.connections().get(0);
            ended.awaitDisconnected(TestSocket.SOON);

            ended.reset();
        } finally {
            root.detachAppender(log);
        }

        assertThat(log.list).isEmpty();
    }

    @Test
    void port_in_use_is_a_clear_failure() {
        try (RealtimeSimulator first = RealtimeSimulator.start()) {
            assertThatThrownBy(
                            () -> RealtimeSimulator.builder().port(first.port()).start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + first.port());
        }
    }

    @Test
    void two_simulators_do_not_meet() {
        try (RealtimeSimulator one = RealtimeSimulator.start();
                RealtimeSimulator two = RealtimeSimulator.start()) {
            String id = TestCalls.createCall(one);

            assertThat(TestCalls.hangUp(two, id).statusCode()).isEqualTo(404);
            assertThat(two.calls().all()).isEmpty();
            assertThat(one.calls().live()).hasSize(1);
        }
    }

    @Test
    void what_is_no_port_is_refused_by_name() {
        assertThatThrownBy(() -> RealtimeSimulator.builder().port(70_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a port: 70000");
    }

    @Test
    void session_expires_with_an_error_and_1001() {
        try (RealtimeSimulator brief = RealtimeSimulator.builder()
                        .sessionLength(Duration.ofMillis(50))
                        .start();
                TestSocket client = TestSocket.model(brief)) {
            assertThat(client.next("error").text("error.code")).isEqualTo("session_expired");
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void join_delay_holds_up_sidebands_and_nothing_else() {
        Duration delay = Duration.ofMillis(150);
        try (RealtimeSimulator slow =
                RealtimeSimulator.builder().joinDelay(delay).start()) {
            String id = TestCalls.createCall(slow);
            try (TestSocket model = TestSocket.model(slow);
                    TestSocket sideband = TestSocket.open(slow, "call_id=" + id)) {
                assertThat(model.ping("x")).isEqualTo(sideband.ping("x"));
            }
            assertThat(handshakeTime(slow, Connection.Kind.SIDEBAND)).isGreaterThanOrEqualTo(delay);
            assertThat(handshakeTime(slow, Connection.Kind.MODEL)).isLessThan(delay);
        }
    }

    private static Duration handshakeTime(RealtimeSimulator simulator, Connection.Kind kind) {
        String id = simulator.connections(kind).get(0).id();
        Duration read = time(simulator, id, JournalEntry.Kind.UPGRADE_READ);
        return time(simulator, id, JournalEntry.Kind.UPGRADED).minus(read);
    }

    private static Duration time(RealtimeSimulator simulator, String connection, JournalEntry.Kind kind) {
        return simulator
                .journal()
                .entries(entry -> entry.connection().equals(connection) && entry.kind() == kind)
                .get(0)
                .at();
    }
}
