package dev.antiphon.transport.websocket;

import static dev.antiphon.transport.websocket.ServerFrames.CLOSE;
import static dev.antiphon.transport.websocket.ServerFrames.event;
import static dev.antiphon.transport.websocket.ServerFrames.frame;
import static dev.antiphon.transport.websocket.ServerFrames.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.port.NotWrittenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SocketClosingIT extends SocketFixture {
    @ParameterizedTest
    @DisplayName("F27 and F29 a close frame is echoed once and reported")
    @CsvSource({
        "1000, false", "1001, true", "1002, false", "1003, false", "1007, false", "1008, false", "1009, false",
        "1010, false", "1011, true", "1012, true", "1013, true", "3000, false", "4000, false", "4999, false"
    })
    void a_close_frame_is_echoed_once_and_reported(int code, boolean recoverable) throws Exception {
        CompletableFuture<ScriptedServer.Frame> echo = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(ServerFrames.close(code, "because"));
            echo.complete(peer.readFrame());
        })) {
            open(server);

            SocketEnd end = listener.awaitClosed();

            assertThat(end).isEqualTo(new SocketEnd.ClosedByServer(code, "because"));
            assertThat(end.isRecoverable()).isEqualTo(recoverable);
            assertThat(end.toClosure().code()).isEqualTo(code);
            assertThat(echo.get(5, TimeUnit.SECONDS).closeCode()).isEqualTo(code);
        }
    }

    @Test
    void a_close_frame_without_a_code_is_1005_and_echoed_empty() throws Exception {
        CompletableFuture<ScriptedServer.Frame> echo = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(frame(true, CLOSE, new byte[0]));
            echo.complete(peer.readFrame());
        })) {
            open(server);

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByServer(1005, ""));
            assertThat(echo.get(5, TimeUnit.SECONDS).payload()).isEmpty();
        }
    }

    @Test
    void our_close_waits_for_the_servers_answer_and_the_end_of_tcp() throws Exception {
        CompletableFuture<ScriptedServer.Frame> close = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            ScriptedServer.Frame frame = peer.readFrame();
            close.complete(frame);
            peer.send(text(event(1)));
            peer.closeHandshake(frame);
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            socket.close(1000, "done");

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByUs(1000, "done"));
            assertThat(close.get().closeCode()).isEqualTo(1000);
            assertThat(close.get().closeReason()).isEqualTo("done");
            assertThat(listener.waitingEvents()).as("events after our close").isZero();
        }
    }

    @Test
    void a_server_that_ignores_our_close_is_left_at_the_close_deadline() throws Exception {
        settings.closeDeadline(SHORT);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.hang();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            long begun = System.nanoTime();
            socket.close(1000, "");

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByUs(1000, ""));
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(SHORT.minusMillis(20), SHORT.plusMillis(300));
        }
    }

    @Test
    void a_server_that_keeps_tcp_open_after_its_close_is_left_at_the_close_deadline() throws Exception {
        settings.closeDeadline(SHORT);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(ServerFrames.close(1001, ""));
            peer.hang();
        })) {
            open(server);

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByServer(1001, ""));
        }
    }

    @Test
    void close_is_not_queued_behind_input() throws Exception {
        settings.sendBufferBytes(8 * 1024).closeDeadline(SHORT);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.hang();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            List<CompletableFuture<Void>> written = new ArrayList<>();
            for (int each = 0; each < 50; each++) {
                written.add(
                        write(socket, "{\"f\":\"" + "z".repeat(60_000) + "\"}").toCompletableFuture());
            }
            socket.close(1000, "");

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByUs(1000, ""));
            assertThat(written).allMatch(CompletableFuture::isDone);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> written.get(49).get())
                    .withCauseInstanceOf(NotWrittenException.class);
        }
    }

    @Test
    void a_code_that_may_not_travel_is_sent_as_1000_and_a_long_reason_is_cut() throws Exception {
        CompletableFuture<ScriptedServer.Frame> close = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            close.complete(peer.readFrame());
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            socket.close(1006, "€".repeat(100));

            listener.awaitClosed();
            assertThat(close.get().closeCode()).isEqualTo(1000);
            assertThat(close.get().closeReason()).isEqualTo("€".repeat(41));
        }
    }

    @Test
    void the_end_of_tcp_without_a_close_frame_is_a_lost_connection() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(text(event(1)));
        })) {
            open(server);

            assertThat(listener.awaitEvent().eventId()).isEqualTo("e1");
            SocketEnd end = listener.awaitClosed();
            assertThat(end.toClosure().code()).isEqualTo(1006);
            assertThat(end.isRecoverable()).isTrue();
            assertThat(((SocketEnd.Failed) end).cause().fault()).isEqualTo(Fault.CONNECTION_LOST);
        }
    }

    @Test
    void a_reset_is_a_lost_connection() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.reset();
        })) {
            open(server);

            assertThat(((SocketEnd.Failed) listener.awaitClosed()).cause().fault())
                    .isEqualTo(Fault.CONNECTION_LOST);
        }
    }

    @Test
    void events_held_back_come_before_the_end() throws Exception {
        CountDownLatch paused = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            paused.await();
            peer.send(ServerFrames.join(text(event(1)), text(event(2)), ServerFrames.close(1000, "")));
            peer.readFrame();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            socket.pauseReceiving();
            paused.countDown();

            listener.awaitClosed();

            assertThat(listener.waitingEvents()).isEqualTo(2);
        }
    }
}
