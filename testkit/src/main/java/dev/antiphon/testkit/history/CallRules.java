package dev.antiphon.testkit.history;

import dev.antiphon.testkit.history.Chronicle.Seen;
import java.time.Duration;

/** What is promised of calls: L4, L6. */
final class CallRules {
    private static final int MAX_HANG_UPS = 3;
    private static final long ANSWER_NANOS = Duration.ofMillis(20).toNanos();

    private CallRules() {}

    static void check(Chronicle conversation, Findings findings) {
        int leftBehind = 0;
        for (var call : conversation.calls.entrySet()) {
            if (call.getValue().hangUps > MAX_HANG_UPS) {
                findings.add(Guarantee.L4, call.getKey() + " was hung up " + call.getValue().hangUps + " times");
            }
            if (call.getValue().created && !call.getValue().ended) {
                leftBehind++;
            }
            if (call.getValue().answeredNanos >= 0) {
                answer(call.getKey(), call.getValue(), conversation, findings);
            }
        }
        if (leftBehind > conversation.orphans) {
            findings.add(
                    Guarantee.L4,
                    leftBehind + " calls were left behind, " + conversation.orphans + " of them were reported");
        }
    }

    private static void answer(String name, Chronicle.CallStory call, Chronicle conversation, Findings findings) {
        Seen<HistoryEntry.StopAsked> stop = conversation.stop;
        if (stop != null && stop.nanos() - call.answeredNanos <= ANSWER_NANOS) {
            return;
        }
        boolean inTime = conversation.answers.stream()
                .anyMatch(heard ->
                        heard.place() > call.answeredPlace && heard.nanos() - call.answeredNanos <= ANSWER_NANOS);
        if (conversation.answers.stream().anyMatch(heard -> !heard.entry().intact())) {
            findings.add(Guarantee.L6, "the answer that was handed over is not the one of " + name);
        } else if (!inTime) {
            findings.add(Guarantee.L6, "the answer of " + name + " was not handed over within 20 ms");
        }
    }
}
