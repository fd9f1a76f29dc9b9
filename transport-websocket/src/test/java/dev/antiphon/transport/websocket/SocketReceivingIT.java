package dev.antiphon.transport.websocket;

import static dev.antiphon.transport.websocket.ServerFrames.ascii;
import static dev.antiphon.transport.websocket.ServerFrames.event;
import static dev.antiphon.transport.websocket.ServerFrames.frame;
import static dev.antiphon.transport.websocket.ServerFrames.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketReceivingIT extends SocketFixture {
    @Test
    void events_behind_the_101_in_the_same_segment_are_delivered() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            String acceptance = ScriptedServer.Peer.acceptanceOf(peer.readHead());
            peer.send(ServerFrames.join(ascii(acceptance), text(event(1)), text(event(2))));
            peer.readToEnd();
        })) {
            open(server);

            assertThat(listener.awaitEvent().eventId()).isEqualTo("e1");
            assertThat(listener.awaitEvent().eventId()).isEqualTo("e2");
        }
    }

    @FaultTest
    @DisplayName("F36 one byte a segment gives the same events")
    void one_byte_a_segment_gives_the_same_events() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            String head = peer.readHead();
            byte[] all =
                    ServerFrames.join(ascii(ScriptedServer.Peer.acceptanceOf(head)), text(event(1)), text(event(2)));
            for (byte each : all) {
                peer.send(new byte[] {each});
            }
            peer.readToEnd();
        })) {
            open(server);

            assertThat(listener.awaitEvent().eventId()).isEqualTo("e1");
            assertThat(listener.awaitEvent().eventId()).isEqualTo("e2");
        }
    }

    @Test
    void a_message_of_fifteen_megabytes_in_fragments_is_one_event() throws Exception {
        String filler = "x".repeat(1_500_000);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(frame(false, ServerFrames.TEXT, ascii("{\"type\":\"test.big\",\"filler\":\"")));
            for (int each = 0; each < 10; each++) {
                peer.send(frame(false, ServerFrames.CONTINUATION, ascii(filler)));
            }
            peer.send(frame(true, ServerFrames.CONTINUATION, ascii("\"}")));
            peer.readToEnd();
        })) {
            open(server);

            ServerEvent event = listener.awaitEvent();

            assertThat(event.type()).isEqualTo("test.big");
            assertThat(event.raw().text()).hasSizeGreaterThan(15_000_000);
        }
    }

    @Test
    void a_pause_is_not_undone_by_a_resume_before_it() throws Exception {
        CompletableFuture<Void> paused = new CompletableFuture<>();
        CompletableFuture<Integer> answered = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            paused.join();
            peer.send(ServerFrames.join(text(event(1)), frame(true, ServerFrames.PING, new byte[0])));
            answered.complete(peer.readFrame().opcode());
            peer.readToEnd();
        })) {
            open(server);
            RealtimeSocket socket = listener.awaitOpen();
            socket.loop().execute(() -> {
                socket.resumeReceiving();
                socket.pauseReceiving();
                // Behind whatever the two have left to do.
                socket.loop().execute(() -> paused.complete(null));
            });

            assertThat(answered.get(10, TimeUnit.SECONDS)).isEqualTo(ServerFrames.PONG);
            assertThat(listener.waitingEvents()).isZero();

            socket.resumeReceiving();
            assertThat(listener.awaitEvent().eventId()).isEqualTo("e1");
        }
    }

    @Test
    void a_binary_message_is_a_decode_error_and_not_the_end() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(frame(true, ServerFrames.BINARY, new byte[] {1, 2, 3}));
            peer.send(text(event(1)));
            peer.readToEnd();
        })) {
            open(server);

            assertThat(listener.awaitEvent()).isInstanceOfSatisfying(DecodeError.class, error -> {
                assertThat(error.reason()).isEqualTo("binary message");
                assertThat(error.frameBytes()).isEqualTo(3);
            });
            assertThat(listener.awaitEvent().eventId()).isEqualTo("e1");
        }
    }

    @Test
    void a_message_over_the_limit_closes_with_1009() throws Exception {
        settings.maxMessageBytes(1000);
        CompletableFuture<ScriptedServer.Frame> close = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(text("x".repeat(1001)));
            close.complete(peer.readFrame());
        })) {
            open(server);

            assertThat(listener.awaitClosed()).isInstanceOfSatisfying(SocketEnd.Failed.class, failed -> {
                assertThat(failed.cause().fault()).isEqualTo(Fault.MESSAGE_TOO_BIG);
                assertThat(failed.isRecoverable()).isFalse();
            });
            assertThat(close.get(5, TimeUnit.SECONDS).closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void text_that_is_not_utf8_closes_with_1007_after_what_came_before() throws Exception {
        CompletableFuture<ScriptedServer.Frame> close = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(ServerFrames.join(text(event(1)), frame(true, ServerFrames.TEXT, new byte[] {(byte) 0xff})));
            close.complete(peer.readFrame());
        })) {
            open(server);

            assertThat(listener.awaitEvent().eventId()).isEqualTo("e1");
            assertThat(listener.awaitClosed())
                    .isInstanceOfSatisfying(
                            SocketEnd.Failed.class,
                            failed -> assertThat(failed.cause().fault()).isEqualTo(Fault.PROTOCOL_VIOLATION));
            assertThat(close.get(5, TimeUnit.SECONDS).closeCode()).isEqualTo(1007);
        }
    }
}
