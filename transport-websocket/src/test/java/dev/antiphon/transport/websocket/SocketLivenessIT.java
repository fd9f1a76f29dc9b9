package dev.antiphon.transport.websocket;

import static dev.antiphon.transport.websocket.ServerFrames.PING;
import static dev.antiphon.transport.websocket.ServerFrames.PONG;
import static dev.antiphon.transport.websocket.ServerFrames.ascii;
import static dev.antiphon.transport.websocket.ServerFrames.event;
import static dev.antiphon.transport.websocket.ServerFrames.frame;
import static dev.antiphon.transport.websocket.ServerFrames.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.port.InputWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketLivenessIT extends SocketFixture {
    @Test
    void a_ping_is_answered_with_its_payload() throws Exception {
        LinkedBlockingQueue<ScriptedServer.Frame> frames = new LinkedBlockingQueue<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.send(frame(true, PING, ascii("abc")));
            frames.add(peer.readFrame());
            peer.readToEnd();
        })) {
            open(server);

            ScriptedServer.Frame pong = frames.poll(5, TimeUnit.SECONDS);
            assertThat(pong.opcode()).isEqualTo(PONG);
            assertThat(pong.text()).isEqualTo("abc");
        }
    }

    @Test
    void pings_are_answered_while_receiving_is_paused() throws Exception {
        CountDownLatch paused = new CountDownLatch(1);
        LinkedBlockingQueue<ScriptedServer.Frame> frames = new LinkedBlockingQueue<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            paused.await();
            for (int each = 1; each <= 50; each++) {
                peer.send(text(event(each)));
            }
            peer.send(frame(true, PING, ascii("still there?")));
            frames.add(peer.readFrame());
            peer.readToEnd();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            socket.pauseReceiving();
            paused.countDown();

            assertThat(frames.poll(5, TimeUnit.SECONDS).text()).isEqualTo("still there?");
            assertThat(listener.waitingEvents()).isZero();

            socket.resumeReceiving();
            for (int each = 1; each <= 50; each++) {
                assertThat(listener.awaitEvent().eventId()).isEqualTo("e" + each);
            }
        }
    }

    @Test
    @DisplayName("T-74 a ping is answered while writes are blocked: between two messages, and none of them is harmed")
    void a_ping_is_answered_while_writes_are_blocked() throws Exception {
        byte[] large = new byte[400_000];
        int messages = 20;
        CountDownLatch written = new CountDownLatch(1);
        LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            written.await();
            // Nothing was read so far: most of what was written waits behind a full socket.
            peer.send(frame(true, PING, ascii("in between")));
            for (int frames = 0; frames <= messages; frames++) {
                ScriptedServer.Frame next = peer.readFrame();
                seen.add(next.opcode() == PONG ? next.text() : "message of " + next.payload().length);
            }
            peer.readToEnd();
        })) {
            RealtimeSocket socket = open(server);
            listener.awaitOpen();
            InputWriter writer = socket.writer();
            for (int each = 0; each < messages; each++) {
                assertThat(writer.write(new ClientEvent.InputAudioBufferAppend("", AudioData.of(large))))
                        .isNotNull();
            }
            writer.flush();
            written.countDown();

            List<String> order = new ArrayList<>();
            for (int frames = 0; frames <= messages; frames++) {
                order.add(String.valueOf(seen.poll(20, TimeUnit.SECONDS)));
            }
            assertThat(order.indexOf("in between")).isBetween(0, messages);
            order.remove("in between");
            assertThat(order).hasSize(messages).containsOnly(order.get(0)).doesNotContain("null");
        }
    }

    @Test
    void when_too_much_was_held_back_reading_stops_and_unasked_pongs_are_sent() throws Exception {
        settings.pausedBytes(10_000).pingInterval(Duration.ofMillis(100)).pongDeadline(Duration.ofMillis(100));
        LinkedBlockingQueue<ScriptedServer.Frame> frames = new LinkedBlockingQueue<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            for (int each = 1; each <= 100; each++) {
                peer.send(text("{\"type\":\"t\",\"event_id\":\"e" + each + "\",\"f\":\"" + "x".repeat(500) + "\"}"));
            }
            while (frames.size() < 5) {
                ScriptedServer.Frame next = peer.readFrame();
                if (next.opcode() == PONG) {
                    frames.add(next);
                } else {
                    peer.send(frame(true, PONG, next.payload()));
                }
            }
            peer.readToEnd();
        })) {
            RealtimeSocket socket = open(server);
            socket.pauseReceiving();
            listener.awaitOpen();

            for (int each = 0; each < 5; each++) {
                assertThat(frames.poll(5, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(listener.isClosed()).isFalse();

            socket.resumeReceiving();
            for (int each = 1; each <= 100; each++) {
                assertThat(listener.awaitEvent().eventId()).isEqualTo("e" + each);
            }
        }
    }

    @FaultTest
    @DisplayName("F31 a silent server is found in ping interval plus pong deadline")
    void a_silent_server_is_found_in_ping_interval_plus_pong_deadline() throws Exception {
        settings.pingInterval(SHORT).pongDeadline(SHORT);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.hang();
        })) {
            open(server);
            listener.awaitOpen();
            long begun = System.nanoTime();

            SocketEnd end = listener.awaitClosed();

            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(end)
                    .isInstanceOfSatisfying(
                            SocketEnd.Failed.class,
                            failed -> assertThat(failed.cause().fault()).isEqualTo(Fault.CONNECTION_LOST));
            assertThat(end.isRecoverable()).isTrue();
            assertThat(took)
                    .isBetween(
                            SHORT.multipliedBy(2).minusMillis(20),
                            SHORT.multipliedBy(2).plusMillis(200));
        }
    }

    @Test
    void a_server_that_answers_pings_and_says_nothing_else_is_kept() throws Exception {
        settings.pingInterval(Duration.ofMillis(50)).pongDeadline(SHORT);
        CountDownLatch tenPings = new CountDownLatch(10);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            while (true) {
                ScriptedServer.Frame ping = peer.readFrame();
                peer.send(frame(true, PONG, ping.payload()));
                tenPings.countDown();
            }
        })) {
            open(server);

            assertThat(tenPings.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(listener.isClosed()).isFalse();
        }
    }
}
