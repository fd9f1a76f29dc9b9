package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.port.NotWrittenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketWritingIT extends SocketFixture {
    @Test
    void an_event_written_while_the_101_is_being_handled_arrives() throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            received.complete(peer.readFrame().text());
            peer.readToEnd();
        })) {
            Dialer dialer = dialer(server);
            RecordingSocketListener writesAtOnce = new RecordingSocketListener() {
                @Override
                public void onOpen(RealtimeSocket socket) {
                    super.onOpen(socket);
                    write(socket, "{\"first\":true}");
                }
            };
            dialer.openSocket(SocketRequest.to(server.socketUrl()), dialer.nextLoop(), writesAtOnce);

            assertThat(received.get(5, TimeUnit.SECONDS)).isEqualTo("{\"first\":true}");
        }
    }

    @Test
    void a_burst_arrives_whole_and_in_order() throws Exception {
        LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            while (true) {
                received.add(peer.readFrame().text());
            }
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            List<CompletionStage<Void>> written = new ArrayList<>();

            CompletableFuture<Void> handed = new CompletableFuture<>();
            socket.writer().executor().execute(() -> {
                for (int each = 0; each < 3_000; each++) {
                    written.add(socket.writer()
                            .write(ClientEvent.raw("{\"n\":" + each + ",\"f\":\"" + "y".repeat(each % 200) + "\"}")));
                }
                socket.writer().flush();
                handed.complete(null);
            });
            handed.get(5, TimeUnit.SECONDS);

            for (int each = 0; each < 3_000; each++) {
                assertThat(received.poll(5, TimeUnit.SECONDS)).startsWith("{\"n\":" + each + ",");
            }
            for (CompletionStage<Void> each : written) {
                each.toCompletableFuture().get(5, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void an_event_larger_than_a_buffer_arrives_whole() throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            received.complete(peer.readFrame().text());
            peer.readToEnd();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            String json = "{\"f\":\"" + "z".repeat(1_000_000) + "\"}";

            write(socket, json).toCompletableFuture().get(5, TimeUnit.SECONDS);

            assertThat(received.get(5, TimeUnit.SECONDS)).isEqualTo(json);
        }
    }

    @Test
    void what_was_not_handed_to_the_network_is_known_not_to_have_left() throws Exception {
        settings.sendBufferBytes(8 * 1024);
        CountDownLatch reset = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.socket().setReceiveBufferSize(8 * 1024);
            peer.upgrade();
            reset.await();
            peer.reset();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            List<CompletableFuture<Void>> written = new ArrayList<>();
            CountDownLatch handed = new CountDownLatch(1);
            socket.writer().executor().execute(() -> {
                for (int each = 0; each < 200; each++) {
                    written.add(socket.writer()
                            .write(ClientEvent.raw("{\"f\":\"" + "y".repeat(60_000) + "\"}"))
                            .toCompletableFuture());
                    socket.writer().flush();
                }
                handed.countDown();
            });
            handed.await();

            reset.countDown();
            listener.awaitClosed();

            long delivered = written.stream()
                    .filter(each -> !each.isCompletedExceptionally())
                    .count();
            long unknown = written.stream()
                    .filter(each -> failedOtherThanNotWritten(each))
                    .count();
            assertThat(written).allMatch(CompletableFuture::isDone);
            assertThat(delivered).isLessThan(200);
            assertThat(unknown).as("at most the one that was under way").isLessThanOrEqualTo(1);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> written.get(199).get())
                    .withCauseInstanceOf(NotWrittenException.class);
        }
    }

    private boolean failedOtherThanNotWritten(CompletableFuture<Void> each) {
        return each.isCompletedExceptionally()
                && each.handle((done, failed) -> !(failed instanceof NotWrittenException))
                        .join();
    }

    @Test
    void a_write_after_the_end_is_not_written() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.reset();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitClosed();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> write(socket, "{}").toCompletableFuture().get(5, TimeUnit.SECONDS))
                    .withCauseInstanceOf(NotWrittenException.class);
        }
    }

    @Test
    void a_server_that_stops_reading_is_given_up_after_the_write_timeout() throws Exception {
        settings.sendBufferBytes(8 * 1024).writeTimeout(SHORT);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.hang();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();

            write(socket, "{\"f\":\"" + "z".repeat(20_000_000) + "\"}");

            assertThat(listener.awaitClosed())
                    .isInstanceOfSatisfying(
                            SocketEnd.Failed.class,
                            failed -> assertThat(failed.cause().fault()).isEqualTo(Fault.WRITE_TIMEOUT));
        }
    }

    @Test
    void a_server_that_reads_slowly_is_not_given_up() throws Exception {
        settings.sendBufferBytes(8 * 1024).writeTimeout(Duration.ofMillis(500));
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            for (int each = 0; each < 30; each++) {
                TimeUnit.MILLISECONDS.sleep(50);
                peer.readBytes(100_000);
            }
            peer.readToEnd();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();

            write(socket, "{\"f\":\"" + "z".repeat(3_000_000) + "\"}")
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);

            assertThat(listener.isClosed()).isFalse();
        }
    }
}
