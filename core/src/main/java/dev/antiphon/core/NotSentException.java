package dev.antiphon.core;

/** An input did not reach the server, or nobody can know whether it did. */
public class NotSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Outcome.Reason reason;

    NotSentException(Outcome.Reason reason, String detail) {
        super(reason + ": " + detail);
        this.reason = reason;
    }

    /** Why. */
    public Outcome.Reason reason() {
        return reason;
    }
}
