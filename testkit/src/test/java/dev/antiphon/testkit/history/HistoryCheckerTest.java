package dev.antiphon.testkit.history;

import static dev.antiphon.testkit.history.Sketch.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.ConversationSummary.Audio;
import dev.antiphon.core.ConversationSummary.Items;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryCheckerTest {
    static Stream<Arguments> good() {
        return Stream.of(
                good("nothing was said", started().stopped().nothing()),
                good(
                        "a conversation that the server ended",
                        started().socket("s").socketEnded("s").ended().nothing()),
                good(
                        "a text is acknowledged",
                        acknowledged().socketEnded("s").ended().texts(1, 1, 0, 1, 0, 0, 0)),
                good(
                        "a text is rejected",
                        started()
                                .socket("s")
                                .text("t")
                                .delivered("s", "t")
                                .rejected("s", "t", "bad")
                                .settled("t", "REJECTED", "bad")
                                .socketEnded("s")
                                .ended()
                                .texts(1, 1, 0, 0, 1, 0, 0)),
                good(
                        "a text that never left is not sent",
                        started()
                                .text("t")
                                .stop()
                                .settled("t", "NOT_SENT", "STOPPED")
                                .ended()
                                .texts(1, 1, 0, 0, 0, 1, 0)),
                good(
                        "a text that arrived without a word is unknown",
                        started()
                                .socket("s")
                                .text("t")
                                .delivered("s", "t")
                                .socketEnded("s")
                                .settled("t", "UNKNOWN", "CONNECTION_LOST")
                                .ended()
                                .texts(1, 1, 0, 0, 0, 0, 1)),
                good(
                        "a text that was lost on its way is unknown",
                        started()
                                .socket("s")
                                .text("t")
                                .taken("s", "conversation.item.create", "t")
                                .socketEnded("s")
                                .settled("t", "UNKNOWN", "CONNECTION_LOST")
                                .ended()
                                .texts(1, 1, 0, 0, 0, 0, 1)),
                good(
                        "an outcome 4 s after the end",
                        started()
                                .text("t")
                                .ended()
                                .after(4_000)
                                .settled("t", "NOT_SENT", "STOPPED")
                                .texts(1, 1, 0, 0, 0, 1, 0)),
                good(
                        "two texts in order",
                        started()
                                .socket("s")
                                .text("a")
                                .text("b")
                                .delivered("s", "a")
                                .delivered("s", "b")
                                .with(HistoryCheckerTest::bothConfirmed)
                                .socketEnded("s")
                                .ended()
                                .texts(2, 2, 0, 2, 0, 0, 0)),
                good(
                        "two texts offered at the same time arrive in any order",
                        started()
                                .socket("s")
                                .offering("a")
                                .offering("b")
                                .accepted("a")
                                .accepted("b")
                                .delivered("s", "b")
                                .delivered("s", "a")
                                .with(HistoryCheckerTest::bothConfirmed)
                                .socketEnded("s")
                                .ended()
                                .texts(2, 2, 0, 2, 0, 0, 0)),
                good(
                        "a text overtakes a hand-off output",
                        started()
                                .socket("s")
                                .answer("h", "call")
                                .text("t")
                                .delivered("s", "t")
                                .delivered("s", "h")
                                .confirmed("s", "t", "e1")
                                .confirmed("s", "h", "e2")
                                .acknowledged("t")
                                .acknowledged("h")
                                .socketEnded("s")
                                .ended()
                                .with(sketch -> both(sketch))),
                good(
                        "a lane that is full says so",
                        started()
                                .offering("t")
                                .refused("t", "LANE_FULL", "no room for t in text")
                                .ended()
                                .texts(1, 0, 1, 0, 0, 0, 0)),
                good(
                        "a sender that asked for patience is refused late",
                        started()
                                .offering("t")
                                .after(900)
                                .refused("t", "WAIT_EXPIRED", "no room for t")
                                .ended()
                                .texts(1, 0, 1, 0, 0, 0, 0)),
                good(
                        "a text after the end is refused",
                        started()
                                .ended()
                                .offering("t")
                                .refused("t", "CONVERSATION_CLOSED", "it has ended")
                                .texts(1, 0, 1, 0, 0, 0, 0)),
                good(
                        "a tool call is answered again after an answer that was not sent",
                        started()
                                .socket("s")
                                .answer("h1", "call")
                                .settled("h1", "NOT_SENT", "CONNECTION_LOST")
                                .answer("h2", "call")
                                .delivered("s", "h2")
                                .confirmed("s", "h2", "e")
                                .acknowledged("h2")
                                .socketEnded("s")
                                .ended()
                                .handoffs(2, 2, 0, 1, 0, 1, 0)),
                good(
                        "frames with a gap",
                        started()
                                .socket("s")
                                .frame(1)
                                .frame(2)
                                .frameReplacing(3)
                                .frameDelivered("s", 1)
                                .frameDelivered("s", 3)
                                .socketEnded("s")
                                .ended()
                                .frames(3, 2, 1)),
                good(
                        "a call is answered, joined and ended",
                        started()
                                .callCreated("k")
                                .callAnswered("k")
                                .after(19)
                                .answerHeard()
                                .socket("s")
                                .socketEnded("s")
                                .ended()
                                .hangUp("k")
                                .callEnded("k")
                                .nothing()),
                good(
                        "a call whose answer was lost is reported",
                        started().callCreated("k").orphanReported().ended().nothing()),
                good(
                        "a call that came too late is ended",
                        started()
                                .stopped()
                                .callCreated("k")
                                .callAnswered("k")
                                .hangUp("k")
                                .callEnded("k")
                                .nothing()),
                good(
                        "the third hang-up works",
                        started()
                                .callCreated("k")
                                .ended()
                                .hangUp("k")
                                .hangUp("k")
                                .hangUp("k")
                                .callEnded("k")
                                .nothing()),
                good(
                        "a socket is replaced by another",
                        started()
                                .socket("s1")
                                .sent("s1", "e1")
                                .heard("e1")
                                .socketEnded("s1")
                                .socket("s2")
                                .sent("s2", "e2")
                                .heard("e2")
                                .socketEnded("s2")
                                .ended()
                                .nothing()),
                good(
                        "the last events of a lost socket are not heard",
                        started()
                                .socket("s1")
                                .sent("s1", "e1")
                                .sent("s1", "e2")
                                .heard("e1")
                                .socketEnded("s1")
                                .socket("s2")
                                .sent("s2", "e3")
                                .heard("e3")
                                .socketEnded("s2")
                                .ended()
                                .nothing()),
                good(
                        "it ends 1.9 s after the wish",
                        started()
                                .socket("s")
                                .stop()
                                .after(1_900)
                                .socketEnded("s")
                                .stopped()
                                .nothing()));
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                bad(
                        Guarantee.N1,
                        "an accepted text without outcome",
                        started().text("t").ended().texts(1, 1, 0, 0, 0, 0, 0)),
                bad(
                        Guarantee.N1,
                        "a text with two outcomes",
                        started()
                                .text("t")
                                .settled("t", "NOT_SENT", "STOPPED")
                                .settled("t", "NOT_SENT", "STOPPED")
                                .ended()
                                .texts(1, 1, 0, 0, 0, 1, 0)),
                bad(
                        Guarantee.N1,
                        "an outcome 6 s after the end",
                        started()
                                .text("t")
                                .ended()
                                .after(6_000)
                                .settled("t", "NOT_SENT", "STOPPED")
                                .texts(1, 1, 0, 0, 0, 1, 0)),
                bad(
                        Guarantee.N2,
                        "two texts change places",
                        started()
                                .socket("s")
                                .text("a")
                                .text("b")
                                .delivered("s", "b")
                                .delivered("s", "a")
                                .with(HistoryCheckerTest::bothConfirmed)
                                .socketEnded("s")
                                .ended()
                                .texts(2, 2, 0, 2, 0, 0, 0)),
                bad(
                        Guarantee.N2,
                        "a text arrives twice",
                        acknowledged()
                                .socketEnded("s")
                                .socket("s2")
                                .delivered("s2", "t")
                                .socketEnded("s2")
                                .ended()
                                .texts(1, 1, 0, 1, 0, 0, 0)),
                bad(
                        Guarantee.N2,
                        "frames change places",
                        started()
                                .socket("s")
                                .frame(1)
                                .frame(2)
                                .frameDelivered("s", 2)
                                .frameDelivered("s", 1)
                                .socketEnded("s")
                                .ended()
                                .frames(2, 2, 0)),
                bad(
                        Guarantee.N2,
                        "a frame arrives twice",
                        started()
                                .socket("s")
                                .frame(1)
                                .frame(2)
                                .frameDelivered("s", 1)
                                .frameDelivered("s", 1)
                                .socketEnded("s")
                                .ended()
                                .frames(2, 2, 0)),
                bad(
                        Guarantee.N3,
                        "a text is acknowledged that the server never confirmed",
                        started()
                                .socket("s")
                                .text("t")
                                .delivered("s", "t")
                                .acknowledged("t")
                                .socketEnded("s")
                                .ended()
                                .texts(1, 1, 0, 1, 0, 0, 0)),
                bad(
                        Guarantee.N3,
                        "a text is acknowledged that never arrived",
                        started().text("t").acknowledged("t").ended().texts(1, 1, 0, 1, 0, 0, 0)),
                bad(
                        Guarantee.N3,
                        "a rejection that nobody sent",
                        started()
                                .socket("s")
                                .text("t")
                                .delivered("s", "t")
                                .settled("t", "REJECTED", "bad")
                                .socketEnded("s")
                                .ended()
                                .texts(1, 1, 0, 0, 1, 0, 0)),
                bad(
                        Guarantee.N3,
                        "a text is not sent and the server has it",
                        started()
                                .socket("s")
                                .text("t")
                                .delivered("s", "t")
                                .settled("t", "NOT_SENT", "STOPPED")
                                .socketEnded("s")
                                .ended()
                                .texts(1, 1, 0, 0, 0, 1, 0)),
                bad(
                        Guarantee.N3,
                        "a text that never left is unknown",
                        started()
                                .text("t")
                                .settled("t", "UNKNOWN", "CONNECTION_LOST")
                                .ended()
                                .texts(1, 1, 0, 0, 0, 0, 1)),
                bad(
                        Guarantee.N3,
                        "a text is unknown although its confirmation was heard",
                        started()
                                .socket("s")
                                .text("t")
                                .delivered("s", "t")
                                .confirmed("s", "t", "e")
                                .heard("e")
                                .settled("t", "UNKNOWN", "CONNECTION_LOST")
                                .socketEnded("s")
                                .ended()
                                .texts(1, 1, 0, 0, 0, 0, 1)),
                bad(
                        Guarantee.N4,
                        "a text is accepted after the end",
                        started()
                                .ended()
                                .text("t")
                                .settled("t", "NOT_SENT", "STOPPED")
                                .texts(1, 1, 0, 0, 0, 1, 0)),
                bad(
                        Guarantee.N4,
                        "a refusal that took 60 ms",
                        started()
                                .offering("t")
                                .after(60)
                                .refused("t", "LANE_FULL", "no room for t")
                                .ended()
                                .texts(1, 0, 1, 0, 0, 0, 0)),
                bad(
                        Guarantee.N4,
                        "a refusal that does not name the item",
                        started()
                                .offering("t")
                                .refused("t", "LANE_FULL", "full")
                                .ended()
                                .texts(1, 0, 1, 0, 0, 0, 0)),
                bad(
                        Guarantee.N4,
                        "a text that was refused and sent",
                        started()
                                .socket("s")
                                .offering("t")
                                .refused("t", "LANE_FULL", "no room for t")
                                .delivered("s", "t")
                                .socketEnded("s")
                                .ended()
                                .texts(1, 0, 1, 0, 0, 0, 0)),
                bad(
                        Guarantee.N4,
                        "a tool call is answered twice",
                        started()
                                .socket("s")
                                .answer("h1", "call")
                                .delivered("s", "h1")
                                .confirmed("s", "h1", "e")
                                .acknowledged("h1")
                                .answer("h2", "call")
                                .settled("h2", "NOT_SENT", "STOPPED")
                                .socketEnded("s")
                                .ended()
                                .handoffs(2, 2, 0, 1, 0, 1, 0)),
                bad(
                        Guarantee.N5,
                        "a text that the summary forgot",
                        acknowledged().socketEnded("s").ended().nothing()),
                bad(Guarantee.N5, "no summary", started().ended()),
                bad(
                        Guarantee.N5,
                        "frames that neither left nor were dropped",
                        started()
                                .socket("s")
                                .frame(1)
                                .frame(2)
                                .frameDelivered("s", 1)
                                .socketEnded("s")
                                .ended()
                                .frames(2, 1, 0)),
                bad(
                        Guarantee.N5,
                        "more frames arrived than were written",
                        started()
                                .socket("s")
                                .frame(1)
                                .frameReplacing(2)
                                .frameDelivered("s", 1)
                                .frameDelivered("s", 2)
                                .socketEnded("s")
                                .ended()
                                .frames(2, 1, 1)),
                bad(
                        Guarantee.N5,
                        "a frame was dropped and its offer said otherwise",
                        started()
                                .socket("s")
                                .frame(1)
                                .frame(2)
                                .frameDelivered("s", 2)
                                .socketEnded("s")
                                .ended()
                                .frames(2, 1, 1)),
                bad(Guarantee.L1, "it never ends", started().nothing()),
                bad(
                        Guarantee.L1,
                        "the end is heard twice",
                        started().ended().endHeard().nothing()),
                bad(
                        Guarantee.L1,
                        "an event after the end",
                        started()
                                .socket("s")
                                .sent("s", "e")
                                .socketEnded("s")
                                .ended()
                                .heard("e")
                                .nothing()),
                bad(
                        Guarantee.L2,
                        "it ends 3 s after the wish",
                        started().stop().after(3_000).ended().nothing()),
                bad(
                        Guarantee.L2,
                        "it ends 600 ms after the wish and nothing stood",
                        started().stop().after(600).stopped().nothing()),
                bad(
                        Guarantee.L3,
                        "a socket stays",
                        started().socket("s").ended().nothing()),
                bad(
                        Guarantee.L3,
                        "a timer stays",
                        started().ended().left("timers", 1).nothing()),
                bad(
                        Guarantee.L4,
                        "a call stays",
                        started().callCreated("k").ended().nothing()),
                bad(
                        Guarantee.L4,
                        "two calls stay and one is reported",
                        started()
                                .callCreated("k1")
                                .callCreated("k2")
                                .orphanReported()
                                .ended()
                                .nothing()),
                bad(
                        Guarantee.L4,
                        "a call is hung up four times",
                        started()
                                .callCreated("k")
                                .ended()
                                .hangUp("k")
                                .hangUp("k")
                                .hangUp("k")
                                .hangUp("k")
                                .callEnded("k")
                                .nothing()),
                bad(
                        Guarantee.L5,
                        "two sockets at once",
                        started()
                                .socket("s1")
                                .socket("s2")
                                .socketEnded("s1")
                                .socketEnded("s2")
                                .ended()
                                .nothing()),
                bad(
                        Guarantee.L6,
                        "the answer is handed over after 30 ms",
                        started()
                                .callCreated("k")
                                .callAnswered("k")
                                .after(30)
                                .answerHeard()
                                .after(100)
                                .stop()
                                .ended()
                                .hangUp("k")
                                .callEnded("k")
                                .nothing()),
                bad(
                        Guarantee.L6,
                        "the answer is never handed over",
                        started()
                                .callCreated("k")
                                .callAnswered("k")
                                .after(100)
                                .stop()
                                .ended()
                                .hangUp("k")
                                .callEnded("k")
                                .nothing()),
                bad(Guarantee.L7, "an event of another conversation is heard", crossTalk()),
                bad(
                        Guarantee.L7,
                        "an event is heard that nobody sent",
                        started().heard("e").ended().nothing()),
                bad(
                        Guarantee.E1,
                        "two events change places",
                        started()
                                .socket("s")
                                .sent("s", "e1")
                                .sent("s", "e2")
                                .heard("e2")
                                .heard("e1")
                                .socketEnded("s")
                                .ended()
                                .nothing()),
                bad(
                        Guarantee.E1,
                        "an event is swallowed",
                        started()
                                .socket("s")
                                .sent("s", "e1")
                                .sent("s", "e2")
                                .heard("e2")
                                .socketEnded("s")
                                .ended()
                                .nothing()),
                bad(
                        Guarantee.L6,
                        "another answer is handed over",
                        started()
                                .callCreated("k")
                                .callAnswered("k")
                                .otherAnswerHeard()
                                .ended()
                                .hangUp("k")
                                .callEnded("k")
                                .nothing()),
                bad(
                        Guarantee.P1,
                        "an event of a socket that was never heard to be live",
                        started()
                                .bareSocket("s")
                                .sent("s", "e")
                                .heard("e")
                                .socketEnded("s")
                                .ended()
                                .nothing()),
                bad(
                        Guarantee.P1,
                        "an event of the second socket before it was heard to be live",
                        started()
                                .socket("s1")
                                .sent("s1", "e1")
                                .heard("e1")
                                .socketEnded("s1")
                                .bareSocket("s2")
                                .sent("s2", "e2")
                                .heard("e2")
                                .socketEnded("s2")
                                .ended()
                                .nothing()),
                bad(
                        Guarantee.C1,
                        "an end out of nothing",
                        started().endedBy("TRANSPORT").nothing()),
                bad(
                        Guarantee.C1,
                        "an end that nobody asked for",
                        started().cause("cut").endedBy("APPLICATION").nothing()),
                bad(
                        Guarantee.C2,
                        "a socket is dropped",
                        started()
                                .socket("s")
                                .stop()
                                .socketDropped("s")
                                .stopped()
                                .nothing()),
                bad(
                        Guarantee.R1,
                        "a socket after a refusal for good",
                        started().forGood().socket("s").socketEnded("s").ended().nothing()),
                bad(
                        Guarantee.S1,
                        "a start that thinks first",
                        started().after(30).networkAsked().ended().nothing()),
                bad(
                        Guarantee.W2,
                        "a text waits for all audio",
                        started()
                                .socket("s")
                                .text("t")
                                .frame(1)
                                .frame(2)
                                .frame(3)
                                .frameDelivered("s", 1)
                                .frameDelivered("s", 2)
                                .frameDelivered("s", 3)
                                .delivered("s", "t")
                                .confirmed("s", "t", "e")
                                .acknowledged("t")
                                .socketEnded("s")
                                .ended()
                                .with(HistoryCheckerTest::textAndThreeFrames)),
                bad(
                        Guarantee.W1,
                        "a text goes out before session.update",
                        started()
                                .bareSocket("s")
                                .text("t")
                                .delivered("s", "t")
                                .confirmed("s", "t", "e")
                                .acknowledged("t")
                                .socketEnded("s")
                                .ended()
                                .texts(1, 1, 0, 1, 0, 0, 0)));
    }

    private static Arguments good(String title, Sketch sketch) {
        return Arguments.of(title, sketch);
    }

    private static Arguments bad(Guarantee broken, String title, Sketch sketch) {
        return Arguments.of(broken, title, sketch);
    }

    private static Sketch acknowledged() {
        return started()
                .socket("s")
                .text("t")
                .delivered("s", "t")
                .confirmed("s", "t", "e")
                .heard("e")
                .acknowledged("t");
    }

    private static Sketch bothConfirmed(Sketch sketch) {
        return sketch.confirmed("s", "a", "e1")
                .confirmed("s", "b", "e2")
                .acknowledged("a")
                .acknowledged("b");
    }

    private static Sketch both(Sketch sketch) {
        sketch.history()
                .add(new HistoryEntry.Summed(
                        "c",
                        new Items(1, 1, 0, 1, 0, 0, 0, 0),
                        new Items(1, 1, 0, 1, 0, 0, 0, 0),
                        new Audio(0, 0, 0, 0, 0, 0, 0, 0, 0)));
        return sketch;
    }

    private static Sketch textAndThreeFrames(Sketch sketch) {
        sketch.history()
                .add(new HistoryEntry.Summed(
                        "c",
                        new Items(1, 1, 0, 1, 0, 0, 0, 0),
                        new Items(0, 0, 0, 0, 0, 0, 0, 0),
                        new Audio(3, 3, 12, 0, 0, 0, 0, 0, 0)));
        return sketch;
    }

    private static Sketch crossTalk() {
        Sketch one = started();
        one.beside("d").socket("s2").sent("s2", "e").socketEnded("s2").ended().nothing();
        return one.heard("e").ended().nothing();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void good_histories_are_accepted(String title, Sketch sketch) {
        assertThat(HistoryChecker.violations(sketch.history())).as(title).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("bad")
    void bad_histories_are_rejected_by_the_rule_they_break(Guarantee broken, String title, Sketch sketch) {
        assertThat(HistoryChecker.violations(sketch.history()))
                .as(title)
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation.guarantee()).isEqualTo(broken));
    }

    @Test
    void there_are_enough_of_both() {
        assertThat(good()).hasSizeGreaterThanOrEqualTo(20);
        assertThat(bad()).hasSizeGreaterThanOrEqualTo(20);
        assertThat(bad().map(arguments -> arguments.get()[0]).distinct())
                .containsExactlyInAnyOrder((Object[]) Guarantee.values());
    }

    @Test
    void the_failure_names_rule_conversation_and_history() {
        History history = started().text("t").ended().texts(1, 1, 0, 0, 0, 0, 0).history();

        assertThatThrownBy(() -> HistoryChecker.check(history))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("N1 (every accepted item")
                .hasMessageContaining("broken by c: t has 0 outcomes")
                .hasMessageContaining("Offering[conversation=c");
    }

    @Test
    void equal_histories_have_equal_hashes() {
        assertThat(acknowledged().history().hash())
                .isEqualTo(acknowledged().history().hash());
        assertThat(acknowledged().history().hash())
                .isNotEqualTo(acknowledged().after(1).ended().history().hash());
    }
}
