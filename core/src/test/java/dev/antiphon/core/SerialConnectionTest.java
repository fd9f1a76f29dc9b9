package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.core.port.SerialConnection;
import dev.antiphon.core.port.TransportListener;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SerialConnectionTest {
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final Link link = new Link();

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    private final class Link extends SerialConnection<String> {
        Link() {
            super(loop, new TransportListener() {
                @Override
                public void onAnswer(SdpAnswer answer) {
                    told.add("answer");
                }

                @Override
                public void onJoining(int attempt) {
                    told.add("joining " + attempt);
                }

                @Override
                public void onEvent(ServerEvent event) {
                    told.add("event");
                }

                @Override
                public void onClosed(Closure closure) {
                    told.add("closed " + closure.code());
                }
            });
        }

        void open(String socket) {
            joining(1);
            standing(socket, writer -> told.add("drain"), event -> CompletableFuture.completedStage(null));
        }

        void message() {
            received(new Unrecognized(Envelope.of("any", "", new RawJson("{}"))));
        }

        void lost() {
            ended(Closure.byServer(4001, "gone"));
        }

        @Override
        protected void request(String from) {
            told.add("request");
        }

        @Override
        protected void closeSocket(String open, Closure wanted) {
            told.add("close frame " + wanted.frameCode());
        }

        @Override
        protected void abort(String open) {
            told.add("abort " + open);
        }
    }

    /** What was told by the time all that was asked for has been done. */
    private List<String> toldSoFar() throws Exception {
        loop.submit(() -> {}).get(10, TimeUnit.SECONDS);
        return List.copyOf(told);
    }

    @Test
    void messages_are_asked_for_one_by_one() throws Exception {
        link.open("a");
        link.message();

        assertThat(toldSoFar()).containsExactly("joining 1", "drain", "request", "event", "request");
    }

    @Test
    void nothing_is_asked_for_during_a_pause_and_no_message_twice() throws Exception {
        link.open("a");
        link.pauseReceiving();
        link.message();
        link.pauseReceiving();
        assertThat(toldSoFar()).endsWith("request", "event");

        link.resumeReceiving();
        link.resumeReceiving();

        assertThat(toldSoFar()).endsWith("event", "request");
    }

    @Test
    void the_first_end_is_told_once_and_last() throws Exception {
        link.open("a");
        link.lost();
        link.close(Closure.requested());
        link.lost();
        link.message();

        assertThat(toldSoFar()).containsExactly("joining 1", "drain", "request", "abort a", "closed 4001");
    }

    @Test
    void close_before_a_socket_stands_ends_at_once_and_aborts_a_late_one() throws Exception {
        link.close(Closure.requested());
        link.open("late");

        assertThat(toldSoFar()).containsExactly("closed 1000", "abort late");
    }

    @Test
    void close_asks_for_the_handshake_and_ends_with_its_answer() throws Exception {
        link.open("a");
        link.close(Closure.requested());
        assertThat(toldSoFar()).endsWith("close frame 1000");

        link.lost();

        assertThat(toldSoFar()).endsWith("close frame 1000", "abort a", "closed 1000");
    }

    @Test
    void close_does_not_wait_for_a_silent_peer() throws Exception {
        link.open("a");
        link.close(Closure.requested());

        String last = "";
        while (!last.startsWith("closed")) {
            last = String.valueOf(told.poll(10, TimeUnit.SECONDS));
        }
        assertThat(last).isEqualTo("closed 1000");
    }

    @Test
    void close_frame_carries_what_may_travel() {
        Closure own = Closure.byServer(1006, "ü".repeat(100));

        assertThat(own.frameCode()).isEqualTo(1000);
        assertThat(own.frameText()).isEqualTo("ü".repeat(61));
        assertThat(Closure.byServer(4001, "short").frameCode()).isEqualTo(4001);
        assertThat(Closure.byServer(4001, "short").frameText()).isEqualTo("short");
        assertThat(Closure.byServer(1012, "").recoverable()).isTrue();
        assertThat(Closure.byServer(1008, "").recoverable()).isFalse();
    }
}
