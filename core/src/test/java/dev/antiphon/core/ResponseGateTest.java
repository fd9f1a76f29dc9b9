package dev.antiphon.core;

import static dev.antiphon.core.Stand.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.ResponseConfig;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** One response at a time: what lets a request go, what answers it, what frees the gate again. */
class ResponseGateTest {
    private static final long NOW = 0;

    private final ManualScheduler time = new ManualScheduler();
    private final ReentrantLock lock = new ReentrantLock();
    private final ConversationTimers timers = new ConversationTimers(lock, time);
    private final ResponseGate gate = new ResponseGate(timers, Stand::step, Runnable::run);
    private final InputLanes lanes = new InputLanes(
            ConversationLimits.DEFAULT, new ReceiptLedger(16, new ToolCallLedger()), gate, new Room(lock, timers));

    private CompletableFuture<String> request(String eventId) {
        return gate.request(eventId, Optional.empty(), 0).toCompletableFuture();
    }

    private CompletableFuture<String> requestWithOverrides(String eventId) {
        return gate.request(eventId, Optional.of(ResponseConfig.builder().build()), 0)
                .toCompletableFuture();
    }

    private void ask(String eventId) {
        var unused = request(eventId);
    }

    private void askWithOverrides(String eventId) {
        var unused = requestWithOverrides(eventId);
    }

    /** Sends what is due and returns it. */
    private ClientEvent send() {
        assertThat(gate.isDue(lanes)).isTrue();
        InputRing target = new InputRing();
        gate.takeDue(target, NOW);
        return target.event(0);
    }

    private void created(String id) {
        step(after -> gate.onCreated(Events.created(id).response(), after));
    }

    private void done(String id) {
        Response response = Events.done(id).response();
        gate.onDone(response);
    }

    private void error(String code, String message, String eventId) {
        step(after -> gate.onError(new ErrorDetail("invalid_request_error", code, message, "", eventId), after));
    }

    private void conflict(String eventId) {
        error(ResponseGate.ALREADY_ACTIVE, "no", eventId);
    }

    private static Outcome.Reason reason(CompletionStage<String> failed) {
        Throwable why =
                failed.toCompletableFuture().handle((id, cause) -> cause).join();
        return ((NotSentException) (why.getCause() == null ? why : why.getCause())).reason();
    }

    @Test
    void request_is_answered_by_the_response_that_begins() {
        CompletableFuture<String> first = request("event_1");
        send();
        assertThat(gate.isDue(lanes)).isFalse();
        assertThat(time.pending()).isEqualTo(1);

        created("resp_1");

        assertThat(first).isCompletedWithValue("resp_1");
        assertThat(time.pending()).isZero();
        assertThat(gate.activeId()).hasValue("resp_1");
    }

    @Test
    void requests_that_ask_for_the_same_are_one() {
        CompletableFuture<String> first = request("event_1");
        CompletableFuture<String> second = request("event_2");

        assertThat(send().eventId()).isEqualTo("event_1");
        created("resp_1");
        done("resp_1");

        assertThat(first).isCompletedWithValue("resp_1");
        assertThat(second).isCompletedWithValue("resp_1");
        assertThat(gate.isDue(lanes)).isFalse();
    }

    @Test
    void request_with_overrides_is_one_of_its_own_beside_every_other() {
        askWithOverrides("event_1");
        ask("event_2");
        askWithOverrides("event_3");
        CompletableFuture<String> last = request("event_4");

        for (int i = 1; i <= 4; i++) {
            assertThat(send().eventId()).isEqualTo("event_" + i);
            created("resp_" + i);
            done("resp_" + i);
        }
        assertThat(last).isCompletedWithValue("resp_4");
    }

    @Test
    void sixty_fifth_waiting_request_is_refused() {
        for (int i = 0; i < ResponseGate.MAX_WAITING; i++) {
            assertThat(requestWithOverrides("event_" + i)).isNotDone();
        }

        assertThat(reason(requestWithOverrides("one too many"))).isEqualTo(Outcome.Reason.LANE_FULL);
    }

    @Test
    void nothing_leaves_while_a_response_runs_whoever_asked_for_it() {
        created("resp_1");
        created("resp_2");
        ask("event_1");

        assertThat(gate.activeId()).isEmpty();
        assertThat(gate.isDue(lanes)).isFalse();
        done("resp_1");
        assertThat(gate.isDue(lanes)).isFalse();
        assertThat(gate.activeId()).hasValue("resp_2");
        done("resp_2");

        assertThat(gate.isDue(lanes)).isTrue();
        assertThat(gate.finished()).isEqualTo(2);
    }

    @Test
    void response_without_an_id_runs_until_any_ends() {
        created("");
        assertThat(gate.isActive()).isTrue();
        assertThat(gate.activeId()).isEmpty();

        done("resp_1");

        assertThat(gate.isActive()).isFalse();
    }

    @Test
    void response_without_an_id_is_not_over_when_one_of_two_others_ends() {
        created("");
        created("resp_1");
        created("resp_2");

        done("resp_1");
        done("resp_2");

        assertThat(gate.isActive()).isFalse();
    }

    @Test
    void request_on_its_way_is_told_until_it_is_answered() {
        assertThat(gate.onItsWay()).isEmpty();
        ask("event_1");
        assertThat(gate.onItsWay()).isEmpty();
        send();
        assertThat(gate.onItsWay()).isPresent();

        created("resp_1");

        assertThat(gate.onItsWay()).isEmpty();
    }

    @Test
    void request_of_which_no_byte_left_is_due_again() {
        ask("event_1");
        ClientEvent create = send();

        gate.notWritten(new ClientEvent.ResponseCreate("another", Optional.empty()));
        assertThat(gate.isDue(lanes)).isFalse();
        gate.notWritten(create);

        assertThat(time.pending()).isZero();
        assertThat(send().eventId()).isEqualTo("event_1");
    }

    @Test
    void request_that_has_no_form_fails_and_frees_the_gate() {
        CompletableFuture<String> first = request("event_1");
        ClientEvent create = send();

        step(after -> gate.notEncodable(new ClientEvent.ResponseCreate("another", Optional.empty()), "no", after));
        assertThat(first).isNotDone();
        step(after -> gate.notEncodable(create, "no", after));

        assertThat(reason(first)).isEqualTo(Outcome.Reason.NOT_ENCODABLE);
        assertThat(time.pending()).isZero();
        ask("event_2");
        assertThat(gate.isDue(lanes)).isTrue();
    }

    @Test
    void conflict_with_a_response_that_is_known_waits_for_its_end_without_a_deadline() {
        CompletableFuture<String> first = request("event_1");
        send();
        created("resp_of_the_server");
        assertThat(first).isCompletedWithValue("resp_of_the_server");

        conflict("event_1");

        assertThat(gate.isDue(lanes)).isFalse();
        done("resp_of_the_server");
        assertThat(send().eventId()).isEqualTo("event_1");
    }

    @Test
    void conflict_with_a_response_that_is_not_known_waits_for_any_end() {
        ask("event_1");
        send();

        conflict("event_1");

        assertThat(gate.isActive()).isTrue();
        assertThat(time.pending()).isEqualTo(1);
        done("somebody's");
        assertThat(send().eventId()).isEqualTo("event_1");
    }

    @Test
    void conflict_that_nobody_ends_is_over_at_the_deadline() {
        ask("event_1");
        send();
        conflict("event_1");

        time.advance(ResponseGate.ANSWER_DEADLINE);

        assertThat(gate.isActive()).isFalse();
        assertThat(gate.isDue(lanes)).isTrue();
    }

    @Test
    void conflict_without_names_is_known_by_its_words() {
        ask("event_1");
        send();
        error("", "Conversation already has an active response in progress", "");

        assertThat(gate.isActive()).isTrue();
        done("resp_1");
        assertThat(send().eventId()).isEqualTo("event_1");
    }

    @Test
    void error_about_something_else_answers_nothing() {
        CompletableFuture<String> first = request("event_1");
        send();

        conflict("another");
        error("invalid_value", "Conversation already has an active response", "another");
        error("", "Conversation already has an active response", "another");
        error("", "no", "");

        assertThat(first).isNotDone();
        assertThat(gate.isActive()).isFalse();
        created("resp_1");
        assertThat(first).isCompletedWithValue("resp_1");
    }

    @Test
    void error_that_names_the_request_fails_it_and_frees_the_gate() {
        CompletableFuture<String> first = request("event_1");
        send();

        error("invalid_value", "no", "event_1");

        assertThat(first).isCompletedExceptionally();
        assertThat(time.pending()).isZero();
        ask("event_2");
        assertThat(gate.isDue(lanes)).isTrue();
    }

    @Test
    void late_error_that_is_no_conflict_sends_nothing_again() {
        ask("event_1");
        send();
        created("resp_1");

        error("invalid_value", "no", "event_1");
        done("resp_1");

        assertThat(gate.isDue(lanes)).isFalse();
    }

    @Test
    void late_conflict_of_one_request_is_heard_while_the_next_is_on_its_way() {
        askWithOverrides("event_1");
        askWithOverrides("event_2");
        send();
        created("resp_1");
        done("resp_1");
        assertThat(send().eventId()).isEqualTo("event_2");

        conflict("event_1");
        conflict("event_1");
        created("resp_2");
        done("resp_2");

        assertThat(send().eventId()).isEqualTo("event_1");
        created("resp_3");
        done("resp_3");
        assertThat(gate.isDue(lanes)).isFalse();
    }

    @Test
    void lost_connection_fails_what_was_sent_and_keeps_what_waits() {
        CompletableFuture<String> first = requestWithOverrides("event_1");
        CompletableFuture<String> second = requestWithOverrides("event_2");
        send();
        created("resp_1");
        done("resp_1");
        send();
        created("");

        CompletableFuture<String> third = requestWithOverrides("event_3");
        step(gate::onConnectionLost);

        assertThat(first).isCompletedWithValue("resp_1");
        assertThat(second).isCompletedWithValue("");
        assertThat(third).isNotDone();
        assertThat(gate.isActive()).isFalse();
        assertThat(send().eventId()).isEqualTo("event_3");
        step(gate::onConnectionLost);
        assertThat(reason(third)).isEqualTo(Outcome.Reason.CONNECTION_LOST);
        assertThat(time.pending()).isZero();
    }

    @Test
    void lost_connection_ends_responses_and_what_their_errors_could_mean() {
        ask("event_1");
        send();
        created("resp_1");

        step(gate::onConnectionLost);
        conflict("event_1");

        assertThat(gate.isActive()).isFalse();
        assertThat(gate.isDue(lanes)).isFalse();
    }

    @Test
    void conflict_is_forgotten_with_its_connection() {
        ask("event_1");
        send();
        conflict("event_1");

        step(gate::onConnectionLost);

        assertThat(gate.isActive()).isFalse();
        assertThat(time.pending()).isZero();
        assertThat(gate.isDue(lanes)).isTrue();
    }

    @Test
    void end_fails_what_was_sent_and_all_that_waits() {
        CompletableFuture<String> first = requestWithOverrides("event_1");
        CompletableFuture<String> second = requestWithOverrides("event_2");
        CompletableFuture<String> third = requestWithOverrides("event_3");
        send();

        step(after -> gate.close(new NotSentException(Outcome.Reason.STOPPED, "over"), after));

        assertThat(reason(first)).isEqualTo(Outcome.Reason.STOPPED);
        assertThat(reason(second)).isEqualTo(Outcome.Reason.STOPPED);
        assertThat(reason(third)).isEqualTo(Outcome.Reason.STOPPED);
        assertThat(time.pending()).isZero();
        assertThat(gate.isDue(lanes)).isFalse();
    }
}
