package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestSocket.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.testkit.simulator.persona.Persona;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScenarioIT {
    private RealtimeSimulator simulator = RealtimeSimulator.builder().unpaced().start();
    private TestSocket client = TestSocket.model(simulator);

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private void play(Scenario scenario) {
        play(RealtimeSimulator.builder().unpaced(), scenario);
    }

    private void play(RealtimeSimulator.Builder settings, Scenario scenario) {
        close();
        simulator = settings.script(scenario).start();
        client = TestSocket.model(simulator);
        client.next("session.created");
    }

    private void inText() {
        client.send(Events.configure("\"output_modalities\":[\"text\"]"));
        client.next("session.updated");
    }

    private JsonView say(String text) {
        client.send(Events.userText(text));
        client.send(Events.RESPOND);
        return client.next("response.done").at("response");
    }

    private static String text(JsonView response) {
        return response.text("output.0.content.0.text");
    }

    @Test
    void first_rule_that_matches_answers_and_the_persona_answers_the_rest() {
        play(Scenario.builder()
                .whenUserSays("WEATHER")
                .say("Sunny.")
                .whenUserSays("weather in Rome")
                .say("never")
                .build());
        inText();

        assertThat(text(say("the weather in Rome?"))).isEqualTo("Sunny.");
        assertThat(text(say("thanks"))).isEqualTo("You said: thanks");
    }

    @Test
    void steps_of_a_rule_about_the_user_are_outputs_of_one_response() {
        play(Scenario.builder()
                .whenUserSays("weather")
                .say("One moment.")
                .call("lookup", "{\"city\":\"Paris\"}")
                .whenToolAnswers()
                .say("Sunny.")
                .build());
        inText();

        JsonView response = say("weather");
        client.send("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"function_call_output\",\"call_id\":\""
                + response.text("output.1.call_id") + "\",\"output\":\"{}\"}}");
        client.send(Events.RESPOND);

        assertThat(text(response)).isEqualTo("One moment.");
        assertThat(response.text("output.1.name")).isEqualTo("lookup");
        assertThat(response.text("output.1.arguments")).isEqualTo("{\"city\":\"Paris\"}");
        assertThat(text(client.next("response.done").at("response"))).isEqualTo("Sunny.");
    }

    @Test
    void rules_can_count_the_responses_of_a_conversation() {
        play(Scenario.builder()
                .whenAsked()
                .nth(2)
                .say("second")
                .whenAsked()
                .nth(3)
                .fail("server_error", "overloaded")
                .build());
        inText();

        assertThat(text(say("a"))).isEqualTo("You said: a");
        assertThat(text(say("b"))).isEqualTo("second");
        assertThat(say("c").text("status_details.error.code")).isEqualTo("overloaded");
    }

    @Test
    void speech_has_the_length_asked_for_and_sounds() {
        play(Scenario.builder().whenAsked().speak(Duration.ofMillis(730)).build());
        client.send(Events.RESPOND);

        long loud = 0;
        int bytes = 0;
        for (JsonView event : client.until("response.done")) {
            if (event.type().equals("response.output_audio.delta")) {
                byte[] sound = Base64.getDecoder().decode(event.text("delta"));
                bytes += sound.length;
                for (int i = 1; i < sound.length; i += 2) {
                    loud += Math.abs(sound[i]) > 2 ? 1 : 0;
                }
            }
        }

        assertThat(bytes).isEqualTo(730 * 48);
        assertThat(loud).isGreaterThan(1_000);
    }

    @Test
    void user_hears_the_own_sound_again() {
        play(Scenario.builder().whenUserSpeaks().echo().build());
        client.send(Events.configure("\"audio\":{\"input\":{\"turn_detection\":null}}"));
        byte[] spoken = Events.tone(300, 1);
        client.send(Events.append(spoken));
        client.send("{\"type\":\"input_audio_buffer.commit\"}");
        client.send(Events.RESPOND);

        java.io.ByteArrayOutputStream heard = new java.io.ByteArrayOutputStream();
        client.until("response.done").stream()
                .filter(event -> event.type().equals("response.output_audio.delta"))
                .forEach(event -> heard.writeBytes(Base64.getDecoder().decode(event.text("delta"))));

        assertThat(heard.toByteArray()).isEqualTo(spoken);
    }

    @Test
    void response_waits_at_a_gate_and_by_the_clock() {
        Gate gate = new Gate("supervisor");
        play(
                RealtimeSimulator.builder().unpaced().frozenClock(),
                Scenario.builder()
                        .whenAsked()
                        .hold(gate)
                        .pause(Duration.ofMinutes(5))
                        .say("Sorry for the delay.")
                        .build());
        inText();
        client.send(Events.RESPOND);
        client.next("response.created");
        gate.awaitReached(SOON);

        gate.open();
        simulator.clock().awaitDue(Duration.ofMinutes(5), SOON);
        assertThat(simulator.connections().get(0).sentTypes()).doesNotContain("response.output_item.added");
        simulator.clock().advance(Duration.ofMinutes(5));

        assertThat(text(client.next("response.done").at("response"))).isEqualTo("Sorry for the delay.");
    }

    @Test
    void held_response_can_be_cancelled() {
        Gate gate = new Gate("never");
        play(Scenario.builder().whenAsked().hold(gate).say("late").build());
        client.send(Events.RESPOND);
        gate.awaitReached(SOON);

        client.send("{\"type\":\"response.cancel\"}");
        JsonView response = client.next("response.done").at("response");
        gate.open();

        assertThat(response.text("status")).isEqualTo("cancelled");
        assertThat(say("next").text("status")).isEqualTo("completed");
    }

    @Test
    void assistant_speaks_unasked_when_an_event_arrives_and_the_next_step_waits_for_the_end() {
        play(Scenario.builder()
                .whenReceived("session.update")
                .nth(1)
                .say("Welcome.")
                .send("{\"type\":\"vendor.greeted\"}")
                .build());
        inText();
        client.send(Events.configure(""));

        List<String> types =
                client.until("vendor.greeted").stream().map(JsonView::type).toList();

        assertThat(types).contains("response.created").containsSubsequence("response.done", "vendor.greeted");
        assertThat(simulator.journal().entries(entry -> entry.isSent("response.created")))
                .hasSize(1);
    }

    @Test
    void what_is_said_unasked_waits_for_the_response_that_is_running() {
        Gate gate = simulatorGate();
        client.send(Events.RESPOND);
        gate.awaitReached(SOON);
        client.send("{\"type\":\"input_audio_buffer.clear\"}");
        client.next("input_audio_buffer.cleared");

        gate.open();

        assertThat(client.next("response.done").text("response.output.0.content.0.text"))
                .startsWith("Hello");
        assertThat(client.next("response.done").text("response.output.0.content.0.text"))
                .isEqualTo("Cleared.");
    }

    private Gate simulatorGate() {
        play(Scenario.builder()
                .whenReceived("input_audio_buffer.clear")
                .say("Cleared.")
                .build());
        inText();
        return simulator.holdResponses();
    }

    @Test
    void event_is_dealt_with_by_the_script_instead_of_the_assistant() {
        play(Scenario.builder()
                .whenReceived("conversation.item.create")
                .where("item.role", "system")
                .instead()
                .send("{\"type\":\"error\",\"error\":{\"code\":\"scripted\"}}")
                .build());
        client.send(
                "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"system\",\"content\":[]}}");
        client.send(Events.userText("hello"));

        assertThat(client.next().text("error.code")).isEqualTo("scripted");
        assertThat(client.next().type()).isEqualTo("conversation.item.added");
    }

    @Test
    void connection_is_closed_behind_a_gate_that_another_event_opens() {
        play(Scenario.builder()
                .whenReceived("input_audio_buffer.commit")
                .instead()
                .hold("cleared")
                .close(1011, "gone")
                .whenReceived("input_audio_buffer.clear")
                .open("cleared")
                .build());
        client.send("{\"type\":\"input_audio_buffer.commit\"}");
        client.send("{\"type\":\"input_audio_buffer.clear\"}");

        assertThat(client.closeCode()).isEqualTo(1011);
        assertThat(simulator.connections().get(0).sentTypes()).contains("input_audio_buffer.cleared");
    }

    @Test
    void echoing_persona_needs_no_rules() {
        simulator =
                RealtimeSimulator.builder().unpaced().persona(Persona.echoing()).start();
        client = TestSocket.model(simulator);
        inText();

        assertThat(text(say("anyone there?"))).isEqualTo("anyone there?");
    }

    @Test
    void steps_that_belong_to_the_other_kind_of_rule_are_refused() {
        assertThatThrownBy(() -> Scenario.builder().whenAsked().close(1000, ""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'close' belongs to a rule about an event");
        assertThatThrownBy(() -> Scenario.builder().say("x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("begin a rule first");
    }
}
