package dev.antiphon.core;

import static dev.antiphon.core.Stand.ANSWER;
import static dev.antiphon.core.Stand.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What hangs on stages runs on a pool whose tasks may overtake and block each other. */
class StageOrderTest {
    private final ManualExecutor threads = new ManualExecutor();
    private final Stand stand = new Stand(builder -> builder.stageExecutor(threads));
    private final Conversation conversation = stand.start();

    @Test
    void an_answer_that_came_stays_although_the_end_overtakes_it() {
        CompletionStage<SdpAnswer> answer = conversation.answer();
        CompletionStage<Void> ready = conversation.ready();
        stand.transport.server().onAnswer(ANSWER);
        stand.transport.server().onClosed(Closure.byServer(1011, "", true));

        threads.runAllNewestFirst();

        assertThat(answer.toCompletableFuture()).isCompletedWithValue(ANSWER);
        assertThat(ready.toCompletableFuture()).isCompleted();
        assertThat(conversation.joined().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void what_was_written_stays_written_although_its_outcome_overtakes_it() {
        FakeSocket socket = stand.transport.socket();
        Receipt receipt = conversation.sendText("A");
        CompletionStage<Outcome> outcome = receipt.outcome();
        stand.transport.server().onClosed(Closure.byServer(1011, "", true));

        threads.runAllNewestFirst();

        assertThat(socket.written()).hasSize(2);
        assertThat(receipt.written().toCompletableFuture()).isCompleted();
        assertThat(get(outcome).name()).isEqualTo("UNKNOWN");
    }

    @Test
    void a_decided_stage_is_done_before_any_pool_thread_runs() {
        Receipt receipt = conversation.sendText("A");

        conversation.close();

        assertThat(conversation.closed().toCompletableFuture()).isCompleted();
        assertThat(receipt.outcome().toCompletableFuture()).isCompleted();
        assertThat(threads.waiting()).isZero();
    }

    @Test
    void what_hangs_on_a_stage_runs_on_the_pool_and_not_on_the_thread_that_decides() {
        Receipt receipt = conversation.sendText("A");
        var told = receipt.outcome().thenApply(Outcome::name).toCompletableFuture();

        conversation.close();

        assertThat(told).isNotDone();
        threads.runAll();
        assertThat(told).isCompletedWithValue("NOT_SENT");
    }

    @Test
    void a_dependent_that_waits_for_a_later_result_of_the_same_step_does_not_hang() {
        Stand real = new Stand();
        Conversation other = real.start();
        Receipt first = other.sendText("A");
        Receipt second = other.sendText("B");
        var both = first.outcome()
                .thenApply(
                        outcome -> outcome.name() + " " + Stand.outcome(second).name())
                .toCompletableFuture();
        var unused = second.outcome().thenAccept(outcome -> {});

        other.close();

        assertThat(get(both)).isEqualTo("NOT_SENT NOT_SENT");
    }
}
