package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Closure;
import java.util.Optional;

/** Ends that the application brought about by closing what conversations run on. */
final class Ends {
    /** The server is going down or away, RFC 6455 section 7.4.1; here it is our side that goes. */
    private static final int GOING_AWAY = 1001;

    private Ends() {}

    /** A conversation that was going on when its transport was closed. */
    static Closure shutDown() {
        return byApplication("the transport was shut down", true);
    }

    /** A conversation that was to be opened on a closed transport. */
    static Closure notOpened() {
        return byApplication("the transport was shut down before and opens nothing more", false);
    }

    /** A conversation whose event loops were closed before it had ended. */
    static Closure loopsClosed() {
        return byApplication("the event loops were closed; close conversations and transport before them", false);
    }

    private static Closure byApplication(String text, boolean recoverable) {
        return new Closure(
                Closure.Initiator.APPLICATION, GOING_AWAY, text, Optional.empty(), recoverable, Closure.Discarded.NONE);
    }
}
