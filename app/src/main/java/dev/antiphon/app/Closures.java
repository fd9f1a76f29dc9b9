package dev.antiphon.app;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.TransportException;
import java.util.Locale;
import java.util.Optional;

/** Ends in words. */
final class Closures {
    private Closures() {}

    /** Who and how: {@code by the server, 1000 "bye"}. */
    static String words(Closure closure) {
        String text = Complaint.oneLine(closure.text());
        return "by the " + closure.initiator().name().toLowerCase(Locale.ROOT) + ", code " + closure.code()
                + (text.isEmpty() ? "" : ", \"" + text + "\"");
    }

    /** What failed and what to do about it. */
    static String complaint(Closure closure) {
        Optional<TransportException> cause = closure.cause();
        if (cause.isEmpty()) {
            return "the conversation was ended " + words(closure);
        }
        return cause.get().getMessage() + "; " + cause.get().fault().remedy();
    }
}
