package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Each call is raised once and answered once, however many there were before it. */
class ToolCallLedgerTest {
    private static final int REMEMBERED = 4_096;

    private final ToolCallLedger calls = new ToolCallLedger();

    private boolean raise(String callId) {
        return calls.raise(Events.call(callId)).isPresent();
    }

    private void raiseAndAnswer(int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(raise("call_" + i)).isTrue();
            assertThat(calls.answer("call_" + i)).isEmpty();
        }
    }

    @Test
    void as_many_as_are_remembered_are_raised_once() {
        raiseAndAnswer(0, REMEMBERED);

        assertThat(raise("call_0")).isFalse();
        assertThat(calls.answer("call_0")).contains(Outcome.Reason.ALREADY_ANSWERED);
    }

    @Test
    void beyond_them_the_oldest_answered_one_is_forgotten_and_an_open_one_is_not() {
        assertThat(raise("open")).isTrue();
        raiseAndAnswer(0, REMEMBERED);

        assertThat(raise("open")).isFalse();
        assertThat(calls.answer("call_1")).contains(Outcome.Reason.ALREADY_ANSWERED);
        assertThat(raise("call_0")).isTrue();
    }

    @Test
    void where_all_are_open_the_oldest_is_forgotten() {
        for (int i = 0; i <= REMEMBERED; i++) {
            assertThat(raise("call_" + i)).isTrue();
        }

        assertThat(raise("call_1")).isFalse();
        assertThat(raise("call_0")).isTrue();
    }

    @Test
    void a_call_that_nobody_saw_may_be_answered_only_where_calls_may_have_been_missed() {
        assertThat(calls.answer("unseen")).isEmpty();
        calls.seesEverything();

        assertThat(calls.answer("never raised")).contains(Outcome.Reason.UNKNOWN_CALL);
        calls.missedSomething();

        assertThat(calls.answer("never raised")).isEmpty();
    }

    @Test
    void an_answer_that_did_not_arrive_leaves_its_call_open_and_makes_none() {
        raiseAndAnswer(0, 1);
        calls.reopen("call_0");
        calls.reopen("unseen");
        calls.seesEverything();

        assertThat(calls.answer("call_0")).isEmpty();
        assertThat(calls.answer("unseen")).contains(Outcome.Reason.UNKNOWN_CALL);
    }
}
