package dev.antiphon.app;

import dev.antiphon.transport.webrtc.PossibleOrphan;
import dev.antiphon.transport.webrtc.SidebandObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls that may exist at the server although nobody controls them. Safe for use by any thread. */
final class Leftovers implements SidebandObserver {
    // Guarded by this.
    private final List<String> kept = new ArrayList<>();
    private Optional<Consumer<String>> listener = Optional.empty();

    @Override
    public synchronized void onPossibleOrphan(PossibleOrphan orphan) {
        String advice = advice(orphan);
        listener.ifPresentOrElse(told -> told.accept(advice), () -> kept.add(advice));
    }

    /** Tells each at once and keeps none, for a command that outlives many calls. */
    synchronized void tell(Consumer<String> other) {
        kept.forEach(other);
        kept.clear();
        listener = Optional.of(other);
    }

    /** What to do about the first of them, for people; empty if there are none. */
    synchronized Optional<String> advice() {
        return kept.stream().findFirst();
    }

    private static String advice(PossibleOrphan orphan) {
        return "a call may be left at " + orphan.host() + " (" + orphan.reason() + "): end it there, "
                + orphan.call().map(call -> "call #" + call.digest()).orElse("request id " + orphan.requestId());
    }
}
