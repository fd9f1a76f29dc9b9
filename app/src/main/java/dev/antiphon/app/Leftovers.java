package dev.antiphon.app;

import dev.antiphon.transport.webrtc.PossibleOrphan;
import dev.antiphon.transport.webrtc.SidebandObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Calls that may exist at the server although nobody controls them. Safe for use by any thread. */
final class Leftovers implements SidebandObserver {
    // Guarded by this.
    private final List<PossibleOrphan> orphans = new ArrayList<>();

    @Override
    public synchronized void onPossibleOrphan(PossibleOrphan orphan) {
        orphans.add(orphan);
    }

    /** What to do about them, for people; empty if there are none. */
    synchronized Optional<String> advice() {
        return orphans.stream()
                .findFirst()
                .map(orphan -> "a call may be left at " + orphan.host() + " (" + orphan.reason()
                        + "): end it there, request id " + orphan.requestId());
    }
}
