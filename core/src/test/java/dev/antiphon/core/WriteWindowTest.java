package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** How much is on its way to a socket. */
class WriteWindowTest {
    private static final Duration SLOW = Duration.ofMillis(100);

    /** A socket that allows 64 KiB on their way and takes them when the test says so. */
    private static final class Burst implements InputWriter {
        final FakeSocket socket = new FakeSocket();

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            return socket.write(event);
        }

        @Override
        public int windowBytes() {
            return 64 << 10;
        }

        /** Takes what is on its way and returns how many events that were. */
        int take() {
            int from = taken;
            int to = socket.pending.size();
            for (int i = from; i < to; i++) {
                socket.pending.get(i).complete(null);
            }
            taken = to;
            return to - from;
        }

        private int taken;
    }

    private final Stand stand = new Stand();
    private final Conversation conversation = stand.start();
    private final Burst writer = new Burst();

    WriteWindowTest() {
        stand.transport.connect(writer);
        writer.socket.holds = true;
    }

    private void offer(int frames) {
        for (int i = 0; i < frames; i++) {
            conversation.offerAudio(new byte[960]);
        }
    }

    @Test
    void a_quick_socket_gets_as_much_as_its_writer_allows() {
        offer(200);

        assertThat(writer.take()).isBetween(48, 52);
    }

    @Test
    void a_slow_socket_soon_has_no_more_than_one_frame_on_its_way() {
        offer(250);

        int taken = 0;
        for (int i = 0; i < 8; i++) {
            stand.pass(SLOW);
            taken = writer.take();
        }

        assertThat(taken).isEqualTo(1);
    }

    @Test
    void a_socket_that_takes_it_all_within_the_patience_is_not_slow() {
        offer(250);
        stand.pass(Duration.ofNanos(WriteWindow.PATIENCE_NANOS));
        writer.take();

        assertThat(writer.take()).isBetween(48, 52);
    }

    @Test
    void a_socket_that_became_quick_again_gets_bursts_again() {
        a_slow_socket_soon_has_no_more_than_one_frame_on_its_way();

        int most = 0;
        for (int i = 0; i < 20; i++) {
            offer(100);
            most = Math.max(most, writer.take());
        }

        assertThat(most).isBetween(48, 52);
    }

    @Test
    void a_text_waits_behind_one_frame_of_a_slow_socket() {
        a_slow_socket_soon_has_no_more_than_one_frame_on_its_way();
        int before = writer.socket.written().size();
        conversation.sendText("A");

        writer.take();
        writer.take();

        assertThat(Events.names(writer.socket.written()).subList(before, before + 2))
                .contains("A");
    }
}
