package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a script does about events on the data channel of a call, beside the sideband of that call. */
class DataChannelIT {
    private final FakeMedia media = new FakeMedia();
    private Optional<RealtimeSimulator> started = Optional.empty();

    @AfterEach
    void close() {
        started.ifPresent(RealtimeSimulator::close);
    }

    /** A caller whose data channel opens with the call. */
    private static final class FakeMedia implements MediaPeer {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private Optional<MediaListener> caller = Optional.empty();

        @Override
        public MediaLeg answer(String offer, MediaListener listener) {
            caller = Optional.of(listener);
            return new MediaLeg() {
                @Override
                public String answer() {
                    return offer;
                }

                @Override
                public boolean send(String message) {
                    return events.add(message);
                }
            };
        }

        void open() {
            caller.orElseThrow().onConnected();
            caller.orElseThrow().onChannelOpened("oai-events");
        }

        void say(String event) {
            caller.orElseThrow().onText(event);
        }

        JsonView next(String type) throws InterruptedException {
            while (true) {
                String text = events.poll(10, TimeUnit.SECONDS);
                assertThat(text).as("event " + type + " on the data channel").isNotNull();
                if (JsonView.parse(text).type().equals(type)) {
                    return JsonView.parse(text);
                }
            }
        }
    }

    private RealtimeSimulator play(String script) {
        RealtimeSimulator simulator = RealtimeSimulator.builder()
                .unpaced()
                .media(media)
                .script(Scenario.parse(script))
                .start();
        started = Optional.of(simulator);
        return simulator;
    }

    @Test
    void rules_about_events_act_on_the_data_channel_too() throws Exception {
        RealtimeSimulator simulator = play("""
            { "rules": [
              { "when": { "received": "session.update", "nth": 1 },
                "do": [ { "say": "Welcome." }, { "send": { "type": "custom.event" } } ] },
              { "when": { "received": "output_audio_buffer.clear" }, "instead": true, "do": [] } ] }
            """);
        TestCalls.createCall(simulator);
        media.open();

        media.say(Events.configure("\"output_modalities\":[\"text\"]"));
        media.say("{\"type\":\"output_audio_buffer.clear\"}");

        assertThat(media.next("response.output_text.done").text("text")).isEqualTo("Welcome.");
        media.next("custom.event");
        media.say("{\"type\":\"nonsense\"}");
        media.next("error");
        assertThat(simulator.journal().entries(entry -> entry.isSent("output_audio_buffer.cleared")))
                .isEmpty();
    }

    @Test
    void data_channel_and_sideband_are_one_session() throws Exception {
        RealtimeSimulator simulator = play("""
            { "rules": [ { "when": { "says": "weather" }, "do": [ { "say": "It is sunny." } ] } ] }
            """);
        String id = TestCalls.createCall(simulator);
        media.open();
        media.next("session.created");
        try (TestSocket sideband = TestSocket.open(simulator, "call_id=" + id)) {
            sideband.send(Events.configure("\"output_modalities\":[\"text\"]"));
            media.next("session.updated");

            media.say(Events.userText("What about the weather?"));
            sideband.next("conversation.item.done");
            sideband.send("{\"type\":\"response.create\"}");

            assertThat(media.next("response.output_text.done").text("text")).isEqualTo("It is sunny.");
            assertThat(sideband.next("response.output_text.done").text("text")).isEqualTo("It is sunny.");
        }
    }

    @Test
    void script_that_closes_the_data_channel_ends_the_call() {
        RealtimeSimulator simulator = play("""
            { "rules": [ { "when": { "received": "response.create" }, "instead": true,
                           "do": [ { "pause": "1ms" }, { "close": 1011 } ] } ] }
            """);
        TestCalls.createCall(simulator);
        media.open();

        media.say("{\"type\":\"response.create\"}");

        simulator
                .journal()
                .await("end of the call", entry -> entry.kind() == JournalEntry.Kind.CALL_ENDED, TestSocket.SOON);
        assertThat(simulator.calls().last().state()).isEqualTo(Call.State.ENDED);
    }

    @Test
    void script_sees_one_connection_for_each_channel() {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        RealtimeSimulator simulator = RealtimeSimulator.builder()
                .media(media)
                .script((connection, event) -> {
                    seen.add(connection.kind() + " " + connection.call().isPresent() + " " + event.type());
                    connection.send("{\"type\":\"custom.answer\"}");
                    return true;
                })
                .start();
        started = Optional.of(simulator);
        TestCalls.createCall(simulator);
        media.open();

        media.say("{\"type\":\"response.create\"}");

        simulator.journal().awaitSent("custom.answer", TestSocket.SOON);
        assertThat(List.copyOf(seen)).containsExactly("DATA_CHANNEL true response.create");
        assertThat(simulator.connections()).isEmpty();
    }
}
