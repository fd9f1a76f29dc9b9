package dev.antiphon.core;

import static dev.antiphon.core.Stand.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.TranscriptionEvent;
import dev.antiphon.core.model.TranscriptionUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** What each event changes, told by its type. */
class ConversationStateTest {
    private final ConversationTimers timers = new ConversationTimers(new ReentrantLock(), new ManualScheduler());
    private final ResponseGate gate = new ResponseGate(timers, Stand::step, Runnable::run);
    private final ConversationState state =
            new ConversationState(SessionConfig.model("m").build(), 16, gate);

    private List<ToolCall> apply(ServerEvent... events) {
        List<ToolCall> raised = new ArrayList<>();
        for (ServerEvent event : events) {
            step(after -> raised.addAll(state.apply(event, after)));
        }
        return raised;
    }

    private List<String> lines() {
        return state.transcript.entries().stream()
                .map(entry -> entry.itemId() + " " + entry.text() + (entry.isComplete() ? "" : " …"))
                .toList();
    }

    private static ResponseEvent textDelta(String itemId, String delta) {
        return new ResponseEvent.OutputTextDelta(
                Events.envelope("response.output_text.delta"), "resp_1", itemId, 0, 0, delta);
    }

    private static ResponseEvent textDone(String itemId, String text) {
        return new ResponseEvent.OutputTextDone(
                Events.envelope("response.output_text.done"), "resp_1", itemId, 0, 0, text);
    }

    private static Item said(String itemId) {
        return new Item.Message(itemId, Role.USER, List.of(new ContentPart.InputText("said")));
    }

    @Test
    void every_event_counts_and_those_that_could_not_be_read_twice() {
        apply(Events.unknown("odd"), new DecodeError(Events.envelope(""), "no JSON", 7), Events.created("resp_1"));

        assertThat(state.events()).isEqualTo(3);
        assertThat(state.decodeErrors()).isEqualTo(1);
    }

    @Test
    void text_of_the_model_is_merged_and_replaced() {
        apply(textDelta("a", "Hel"), textDelta("a", "lo"));
        assertThat(lines()).containsExactly("a Hello …");

        apply(textDone("a", "Hello."));

        assertThat(lines()).containsExactly("a Hello.");
    }

    @Test
    void items_take_their_place_by_whichever_event_tells_of_them() {
        apply(
                new ConversationEvent.ItemCreated(Events.envelope("conversation.item.created"), said("a"), ""),
                Events.itemDone(said("c"), "a"),
                new ConversationEvent.ItemAdded(Events.envelope("conversation.item.added"), said("b"), "a"));

        assertThat(lines()).containsExactly("a said …", "b said …", "c said");
    }

    @Test
    void truncated_items_are_complete_and_deleted_ones_gone() {
        apply(
                textDelta("a", "cut"),
                textDelta("b", "gone"),
                new ConversationEvent.ItemTruncated(Events.envelope("conversation.item.truncated"), "a", 0, 10),
                new ConversationEvent.ItemDeleted(Events.envelope("conversation.item.deleted"), "b"));

        assertThat(lines()).containsExactly("a cut");
    }

    @Test
    void transcriptions_are_counted_with_what_they_cost_also_those_that_failed() {
        TranscriptionUsage used = new TranscriptionUsage("tokens", 1, 2, 3, 4, 5, 6);

        apply(
                new TranscriptionEvent.Completed(
                        Events.envelope("completed"), "a", 0, "heard", Optional.of(used), List.of(), List.of()),
                new TranscriptionEvent.Failed(
                        Events.envelope("failed"), "b", 0, new ErrorDetail("server_error", "audio", "no", "", "")));

        assertThat(state.usage.transcriptions()).isEqualTo(new ConversationSummary.Transcriptions(1, 1, used));
        assertThat(lines()).containsExactly("a heard");
        assertThat(state.transcript.entries().get(0).role()).isEqualTo(Role.USER);
    }

    @Test
    void call_is_raised_once_by_whichever_event_names_it_first() {
        Item.FunctionCall call = Events.call("call_1");

        assertThat(apply(
                        new ResponseEvent.OutputItemDone(
                                Events.envelope("response.output_item.done"), "resp_1", 0, call),
                        Events.itemDone(call),
                        Events.done("resp_1", "completed", call, Events.call("call_2"))))
                .extracting(ToolCall::callId)
                .containsExactly("call_1", "call_2");
    }

    @Test
    void cut_response_gives_way_to_the_next_that_speaks() {
        apply(Events.audio("a", 480), Events.done("resp_1", "cancelled"));
        state.playback.playedMillis(1);

        apply(new ResponseEvent.OutputAudioDelta(
                Events.envelope("response.output_audio.delta"), "resp_2", "b", 0, 0, AudioData.of(new byte[480])));

        assertThat(state.playback.itemId()).isEqualTo("b");
    }

    @Test
    void whole_response_plays_on_beside_the_next() {
        apply(Events.audio("a", 480), Events.done("resp_1", "completed"));
        state.playback.playedMillis(1);

        apply(Events.audio("b", 480));

        assertThat(state.playback.itemId()).isEqualTo("a");
    }

    @Test
    void refused_update_of_the_session_did_not_happen_and_its_format_counts_at_once() {
        SessionConfig update =
                SessionConfig.builder().outputFormat(AudioFormat.PCMU).build();
        state.onSessionUpdated("event_1", update);
        apply(Events.audio("a", 80));
        assertThat(state.playback.received()).hasMillis(10);
        assertThat(state.session.inForce().outputFormat()).hasValue(AudioFormat.PCMU);

        apply(Events.error("invalid_value", "event_1"));

        assertThat(state.session.inForce().outputFormat()).isEmpty();
    }

    @Test
    void lost_connection_forgets_what_ran_and_played_and_may_have_hidden_calls() {
        state.toolCalls.seesEverything();
        apply(Events.created("resp_1"), Events.audio("a", 480));
        assertThat(state.toolCalls.answer("call_1")).hasValue(Outcome.Reason.UNKNOWN_CALL);

        step(state::onConnectionLost);

        assertThat(state.responses.isActive()).isFalse();
        assertThat(state.playback.itemId()).isEmpty();
        assertThat(state.toolCalls.answer("call_1")).isEmpty();
    }
}
