package dev.antiphon.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the promises that a history breaks. It reads the client's ledger and the server's journal and
 * nothing else, so it cannot be wrong together with the engine.
 *
 * <p>A history is judged when it is over: every conversation in it is expected to have ended.
 */
public final class HistoryChecker {
    private HistoryChecker() {}

    /** All broken promises; empty for a good history. */
    public static List<Violation> violations(History history) {
        List<Violation> found = new ArrayList<>();
        Map<String, Chronicle> conversations = Chronicle.of(history);
        for (Chronicle conversation : conversations.values()) {
            Findings findings = new Findings(conversation.name, found);
            ItemRules.check(conversation, findings);
            OrderRules.check(conversation, findings);
            BalanceRules.check(conversation, findings);
            LifeRules.check(conversation, findings);
            CallRules.check(conversation, findings);
            EventRules.check(conversation, conversations, findings);
        }
        return found;
    }

    /**
     * Refuses a bad history.
     *
     * @throws AssertionError naming each broken promise, and with the history itself
     */
    public static void check(History history) {
        List<Violation> found = violations(history);
        if (!found.isEmpty()) {
            StringBuilder text = new StringBuilder("the history breaks " + found.size() + " promises:\n");
            found.forEach(violation -> text.append("  ").append(violation).append('\n'));
            throw new AssertionError(text.append("history:\n").append(history));
        }
    }
}
