package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestSocket.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can happen to one event on its way to the client. */
class EventFaultsIT {
    private static final String MARKER = "{\"type\":\"marker\"}";

    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().silent().start();
    private TestSocket client;
    private Connection connection;

    @BeforeEach
    void connect() {
        client = TestSocket.model(simulator);
        connection = simulator.awaitConnection(Connection.Kind.MODEL, SOON);
    }

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private void inflict(Misfortune misfortune) {
        simulator.inflict(misfortune.at(Moment.sending("b", 1)));
    }

    private void sendThree() {
        connection.send("{\"type\":\"a\"}");
        connection.send("{\"type\":\"b\",\"text\":\"ünïcode\"}");
        connection.send("{\"type\":\"c\"}");
        connection.send(MARKER);
    }

    private List<String> arrived() {
        return client.until("marker").stream().map(JsonView::type).toList();
    }

    @Test
    void lost_event_never_arrives() {
        inflict(Misfortune.lose());

        sendThree();

        assertThat(arrived()).containsExactly("a", "c", "marker");
        assertThat(connection.sentTypes()).containsExactly("a", "c", "marker");
    }

    @Test
    void duplicated_event_arrives_twice() {
        inflict(Misfortune.duplicate());

        sendThree();

        assertThat(arrived()).containsExactly("a", "b", "b", "c", "marker");
    }

    @Test
    void reordered_event_is_overtaken_by_the_next() {
        inflict(Misfortune.reorder());

        sendThree();

        assertThat(arrived()).containsExactly("a", "c", "b", "marker");
    }

    @Test
    void fragmented_event_is_the_same_event() {
        inflict(Misfortune.fragment(20));

        sendThree();
        client.next("a");

        assertThat(client.next().text("text")).isEqualTo("ünïcode");
    }

    @Test
    void event_arrives_as_binary() {
        inflict(Misfortune.binary());

        sendThree();

        assertThat(arrived()).containsExactly("a", "(binary)", "c", "marker");
    }

    @Test
    void inflated_event_has_the_length_asked_for() {
        inflict(Misfortune.inflate(100_000));

        sendThree();
        client.next("a");
        JsonView event = client.next();

        assertThat(event.type()).isEqualTo("b");
        assertThat(event.json()).hasSize(100_000);
    }

    @Test
    void malformed_event_is_no_json() throws IOException {
        simulator.inflict(Misfortune.malform().at(Moment.sending("b", 1)).onConnection("c2"));
        try (RawClient raw = RawClient.upgraded(simulator)) {
            simulator.awaitConnection(Connection.Kind.MODEL, 2, SOON).send("{\"type\":\"b\"}");

            assertThat(raw.readFrame().payload()).isEqualTo("{\"type");
        }
    }

    @Test
    void cut_event_ends_at_the_byte_asked_for_and_the_connection_with_it() throws IOException {
        simulator.inflict(Misfortune.cut(5).at(Moment.sending("b", 1)));
        try (RawClient raw = RawClient.upgraded(simulator)) {
            simulator.awaitConnection(Connection.Kind.MODEL, 2, SOON).send("{\"type\":\"b\"}");

            assertThat(raw.readBytes(5)).containsExactly(0x81, 12, '{', '"', 't');
            assertThatThrownBy(() -> raw.readBytes(1)).isInstanceOfAny(SocketException.class, EOFException.class);
        }
    }

    @Test
    void misfortunes_of_one_event_add_up() {
        inflict(Misfortune.duplicate());
        inflict(Misfortune.fragment(3));
        inflict(Misfortune.reorder());
        Gate gate = new Gate("before b");
        inflict(Misfortune.hold(gate));

        sendThree();
        assertThat(client.next().type()).isEqualTo("a");
        gate.awaitReached(SOON);
        assertThat(connection.sentTypes()).containsExactly("a");
        gate.open();

        assertThat(arrived()).containsExactly("c", "b", "b", "marker");
    }

    @Test
    void faults_of_events_belong_before_they_are_sent() {
        assertThatThrownBy(() -> Misfortune.duplicate().at(Moment.sent("b", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Duplicate")
                .hasMessageContaining("SENT");
        assertThatThrownBy(() -> Misfortune.fragment(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
