package dev.antiphon.core;

import dev.antiphon.core.model.Item;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tool calls of a conversation: each is raised once and answered once, across interruptions and
 * re-joins. Guarded by the conversation's lock.
 */
final class ToolCallLedger {
    /** Calls remembered; beyond it the oldest answered one is forgotten. */
    private static final int MAX_REMEMBERED = 4_096;

    private enum State {
        OPEN,
        ANSWERED
    }

    private final Map<String, State> calls = new LinkedHashMap<>();

    /** Whether calls may exist that we never saw: before the first socket and around each gap. */
    private boolean incomplete = true;

    /** A direct connection sees everything from its beginning. */
    void seesEverything() {
        incomplete = false;
    }

    /** Events may have been missed. */
    void missedSomething() {
        incomplete = true;
    }

    /** A call in an event; empty if it was raised before. */
    Optional<ToolCall> raise(Item.FunctionCall call) {
        String callId = call.callId().isEmpty() ? call.id() : call.callId();
        if (callId.isEmpty() || calls.containsKey(callId)) {
            return Optional.empty();
        }
        remember(callId, State.OPEN);
        String itemId = call.id().isEmpty() ? callId : call.id();
        return Optional.of(new ToolCall(callId, itemId, call.name(), call.arguments()));
    }

    /** Why an answer must be refused; empty if it may be sent, and then it counts as answered. */
    Optional<Outcome.Reason> answer(String callId) {
        State state = calls.get(callId);
        if (state == State.ANSWERED) {
            return Optional.of(Outcome.Reason.ALREADY_ANSWERED);
        } else if (state == null && !incomplete) {
            return Optional.of(Outcome.Reason.UNKNOWN_CALL);
        }
        remember(callId, State.ANSWERED);
        return Optional.empty();
    }

    /** The answer was refused or surely not sent: the call is open again. */
    void reopen(String callId) {
        calls.computeIfPresent(callId, (id, state) -> State.OPEN);
    }

    private void remember(String callId, State state) {
        calls.put(callId, state);
        if (calls.size() > MAX_REMEMBERED) {
            String oldest = calls.entrySet().stream()
                    .filter(entry -> entry.getValue() == State.ANSWERED)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseGet(() -> calls.keySet().iterator().next());
            calls.remove(oldest);
        }
    }
}
