package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.NotWrittenException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SettlingWriterTest {
    private static final ClientEvent UPDATE =
            new ClientEvent.SessionUpdate("", SessionConfig.builder().build());
    private static final ClientEvent A = ClientEvent.raw("{\"type\":\"a\"}");
    private static final ClientEvent B = ClientEvent.raw("{\"type\":\"b\"}");

    private final FakeWire.FakeWriter socket = new FakeWire.FakeWriter();
    private final SettlingWriter writer = new SettlingWriter(socket, Runnable::run);

    @Test
    void session_update_goes_out_at_once() {
        assertThat(write(UPDATE)).isCompleted();
        assertThat(socket.written).containsExactly(UPDATE);
    }

    @Test
    void input_waits_until_the_socket_has_settled_and_keeps_its_order() {
        CompletableFuture<Void> update = write(UPDATE);
        CompletableFuture<Void> a = write(A);
        CompletableFuture<Void> b = write(B);

        assertThat(socket.written).containsExactly(UPDATE);
        assertThat(update).isCompleted();
        assertThat(a).isNotDone();

        writer.settle();

        assertThat(socket.written).containsExactly(UPDATE, A, B);
        assertThat(socket.flushes).isEqualTo(1);
        assertThat(a).isCompleted();
        assertThat(b).isCompleted();
    }

    @Test
    void what_a_completed_write_brings_does_not_overtake_what_waited() {
        ClientEvent c = ClientEvent.raw("{\"type\":\"c\"}");
        CompletableFuture<Void> last = write(A).thenCompose(none -> write(c));
        CompletableFuture<Void> b = write(B);

        writer.settle();

        assertThat(b).isCompleted();
        assertThat(last).isCompleted();
        assertThat(socket.written).containsExactly(A, B, c);
    }

    @Test
    void input_that_waited_when_the_socket_ended_is_provably_not_written() {
        CompletableFuture<Void> a = write(A);

        writer.end();

        assertThatThrownBy(a::join).hasCauseInstanceOf(NotWrittenException.class);
        assertThat(write(B)).isCompletedExceptionally();
        assertThat(socket.written).isEmpty();
    }

    @Test
    void settled_writer_passes_everything_on() {
        writer.settle();

        assertThat(write(A)).isCompleted();
        assertThat(socket.written).containsExactly(A);
    }

    private CompletableFuture<Void> write(ClientEvent event) {
        return writer.write(event).toCompletableFuture();
    }
}
