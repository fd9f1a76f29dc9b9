package dev.antiphon.core;

import dev.antiphon.core.ConversationLimits.Lane;
import dev.antiphon.core.model.ClientEvent;

/** One bounded lane of items. Guarded by the conversation's lock. */
final class InputLane {
    final InputRing ring = new InputRing();
    private final Lane limits;

    /** Senders that wait for room. */
    int waiting;

    /** Place in the order of acceptance of the newest item that left, or may have. */
    private long newestLeft = -1;

    InputLane(Lane limits) {
        this.limits = limits;
    }

    Lane limits() {
        return limits;
    }

    /** One item always fits into an empty lane, however large it is. */
    boolean hasRoomFor(ClientEvent event) {
        return ring.size() < limits.items() && (ring.isEmpty() || ring.bytes() + event.sizeHint() <= limits.bytes());
    }

    /** Why an item was refused. */
    String fullness(InputReceipt refused) {
        return "no room for " + refused.itemId() + ": the " + refused.kind().lane() + " lane holds " + ring.size()
                + " of " + limits.items() + " items, " + ring.bytes() + " of " + limits.bytes() + " bytes";
    }

    /** An item left, or may have. */
    void left(long sequence) {
        newestLeft = Math.max(newestLeft, sequence);
    }

    /** Whether sending an item now would put it behind a later one. */
    boolean wasOvertaken(long sequence) {
        return sequence < newestLeft;
    }
}
