package dev.antiphon.core;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Accepted items until their outcome is known, found by event id and item id. Guarded by the
 * conversation's lock.
 */
final class ReceiptLedger {
    private static final int NAMED = 3;

    private final int maxUnconfirmed;
    private final ToolCallLedger toolCalls;
    private final Map<String, InputReceipt> byEventId = new LinkedHashMap<>();
    private final Map<String, InputReceipt> byItemId = new HashMap<>();

    /** Written and not confirmed, oldest first. */
    private final Map<String, InputReceipt> unconfirmed = new LinkedHashMap<>();

    private final EnumMap<InputReceipt.Kind, ItemCounts> counts = new EnumMap<>(InputReceipt.Kind.class);

    ReceiptLedger(int maxUnconfirmed, ToolCallLedger toolCalls) {
        this.maxUnconfirmed = maxUnconfirmed;
        this.toolCalls = toolCalls;
        for (InputReceipt.Kind kind : InputReceipt.Kind.values()) {
            counts.put(kind, new ItemCounts());
        }
    }

    ItemCounts counts(InputReceipt.Kind kind) {
        ItemCounts of = counts.get(kind);
        if (of == null) {
            throw new IllegalStateException("no counts of " + kind);
        }
        return of;
    }

    void accept(InputReceipt receipt) {
        receipt.accept();
        counts(receipt.kind()).accepted++;
        byEventId.put(receipt.eventId(), receipt);
        byItemId.put(receipt.itemId(), receipt);
    }

    @Nullable
    InputReceipt withItemId(String itemId) {
        return byItemId.get(itemId);
    }

    @Nullable
    InputReceipt withEventId(String eventId) {
        return byEventId.get(eventId);
    }

    /** The socket took it; gives the oldest unconfirmed item up when too many wait. */
    void written(InputReceipt receipt, Deferred after) {
        if (receipt.isSettled()) {
            return;
        }
        receipt.write(after);
        unconfirmed.put(receipt.eventId(), receipt);
        if (unconfirmed.size() > maxUnconfirmed) {
            InputReceipt oldest = unconfirmed.values().iterator().next();
            settle(
                    oldest,
                    new Outcome.Unknown(
                            Outcome.Reason.CONFIRMATION_OVERDUE,
                            "no confirmation while " + maxUnconfirmed + " later items were written"),
                    after);
        }
    }

    void settle(InputReceipt receipt, Outcome outcome, Deferred after) {
        if (receipt.settle(outcome, after)) {
            counts(receipt.kind()).count(outcome);
            byEventId.remove(receipt.eventId());
            byItemId.remove(receipt.itemId());
            unconfirmed.remove(receipt.eventId());
            reopenCall(receipt, outcome);
        }
    }

    /** A tool output that surely did not arrive leaves its call open; one in doubt does not. */
    private void reopenCall(InputReceipt receipt, Outcome outcome) {
        String callId = receipt.callId();
        if (callId != null && (outcome instanceof Outcome.NotSent || outcome instanceof Outcome.Rejected)) {
            toolCalls.reopen(callId);
        }
    }

    /** The items that have no outcome yet, for people: kind and id of the oldest three; empty if there are none. */
    String inFlight() {
        String oldest = byEventId.values().stream()
                .limit(NAMED)
                .map(receipt -> receipt.kind().lane() + ' ' + receipt.itemId())
                .collect(Collectors.joining(", "));
        return byEventId.size() <= NAMED ? oldest : oldest + " and " + (byEventId.size() - NAMED) + " more";
    }

    /** The connection they were written to is gone: whether they arrived cannot be known any more. */
    void settleUnconfirmed(Outcome outcome, Deferred after) {
        List.copyOf(unconfirmed.values()).forEach(receipt -> settle(receipt, outcome, after));
    }

    /** Everything that has no outcome yet. */
    void settleAll(Outcome outcome, Deferred after) {
        List.copyOf(byEventId.values()).forEach(receipt -> settle(receipt, outcome, after));
    }
}
