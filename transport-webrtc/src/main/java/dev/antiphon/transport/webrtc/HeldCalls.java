package dev.antiphon.transport.webrtc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls that conversations of one transport hold: one call has one holder there. Safe for use by any
 * thread.
 */
final class HeldCalls {
    private final Set<CallId> held = ConcurrentHashMap.newKeySet();

    /** Takes a call; false if somebody holds it already. */
    boolean claim(CallId call) {
        return held.add(call);
    }

    void release(CallId call) {
        held.remove(call);
    }

    int size() {
        return held.size();
    }
}
