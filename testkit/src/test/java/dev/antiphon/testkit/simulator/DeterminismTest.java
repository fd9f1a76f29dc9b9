package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The whole simulator without sockets and threads: one channel in memory and a clock that stands still. */
class DeterminismTest {
    private static final int RUNS = 1_000;

    private static final Scenario SCRIPT = Scenario.builder()
            .whenReceived("session.update")
            .nth(1)
            .say("Welcome.")
            .whenUserSpeaks()
            .speak(Duration.ofMillis(250))
            .whenUserSays("seat")
            .pause(Duration.ofMillis(700))
            .call("seat", "{\"row\":7}")
            .inflict(Misfortune.duplicate().at(Moment.sending("response.done", 2)))
            .build();

    /** One conversation; gives all that the journal says about it. */
    private static String run(long seed) {
        Settings settings = RealtimeSimulator.builder()
                .seed(seed)
                .pace(2)
                .frozenClock()
                .script(SCRIPT)
                .settings();
        EmbeddedChannel channel = new EmbeddedChannel();
        SimulatedService service = new SimulatedService(settings, channel.eventLoop());
        channel.pipeline().addLast(new Connections(service, new Endpoints(service)));
        channel.pipeline().fireChannelActive();

        read(
                channel,
                RawClient.handshake("/v1/realtime?model=m", "Authorization: Bearer k\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        event(channel, Events.configure("\"output_modalities\":[\"text\"]"));
        service.clock().advance(Duration.ofSeconds(2));
        event(channel, Events.userText("my seat, please"));
        event(channel, Events.RESPOND);
        service.clock().advance(Duration.ofMillis(300));
        event(channel, "{\"type\":\"response.cancel\"}");
        event(channel, Events.configure("\"output_modalities\":[\"audio\"]"));
        event(channel, Events.append(Events.tone(300, 1)));
        event(channel, Events.append(Events.tone(600, 0)));
        service.clock().advance(Duration.ofSeconds(1));
        event(channel, "{\"type\":\"conversation.item.delete\",\"item_id\":\"none\",\"event_id\":\"mine\"}");
        service.clock().advance(Duration.ofMinutes(60));
        channel.finishAndReleaseAll();

        return service.journal().entries().stream()
                .map(entry -> entry + " " + entry.text())
                .collect(Collectors.joining("\n"));
    }

    private static void event(EmbeddedChannel channel, String json) {
        read(channel, RawClient.masked(0x81, json.getBytes(StandardCharsets.UTF_8)));
    }

    private static void read(EmbeddedChannel channel, byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        channel.runPendingTasks();
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            sent.release();
        }
    }

    @Test
    void one_script_and_seed_write_one_journal_a_thousand_times() {
        String first = run(42);

        for (int i = 1; i < RUNS; i++) {
            String again = run(42);
            if (!again.equals(first)) {
                assertThat(List.of(again.split("\n")))
                        .as("run %d with seed 42", i)
                        .isEqualTo(List.of(first.split("\n")));
            }
        }
    }

    @Test
    void journal_of_a_run_tells_the_whole_conversation() {
        String journal = run(42);

        assertThat(journal)
                .contains("session.created", "Welcome.", "input_audio_buffer.speech_started", "session_expired")
                .contains("client_cancelled", "item_not_found", "Duplicate at SENDING(response.done #2)")
                .doesNotContain("seat\\\":7");
    }

    @Test
    void other_seeds_write_other_journals() {
        assertThat(run(42)).isNotEqualTo(run(43));
    }
}
