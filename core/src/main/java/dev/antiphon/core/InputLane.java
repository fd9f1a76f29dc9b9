package dev.antiphon.core;

import dev.antiphon.core.ConversationLimits.Lane;
import dev.antiphon.core.model.ClientEvent;

/** One bounded lane of items. Guarded by the conversation's lock. */
final class InputLane {
    final InputRing ring = new InputRing();
    private final Lane limits;

    /** Senders that wait for room. */
    int waiting;

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

    String fullness() {
        return "holds " + ring.size() + " of " + limits.items() + " items, " + ring.bytes() + " of " + limits.bytes()
                + " bytes";
    }
}
