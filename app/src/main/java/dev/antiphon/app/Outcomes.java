package dev.antiphon.app;

import dev.antiphon.core.Outcome;

/** Outcomes in words. */
final class Outcomes {
    private Outcomes() {}

    /** Why: the server's code or our reason; empty where there is nothing to explain. */
    static String reason(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return rejected.code();
        } else if (outcome instanceof Outcome.NotSent notSent) {
            return notSent.reason().name();
        } else if (outcome instanceof Outcome.Unknown unknown) {
            return unknown.reason().name();
        }
        return "";
    }

    /** For people: {@code acknowledged}, {@code not sent (STOPPED)}. */
    static String words(Outcome outcome) {
        String name = outcome.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        String reason = reason(outcome);
        return reason.isEmpty() ? name : name + " (" + reason + ")";
    }
}
