package dev.antiphon.core;

import dev.antiphon.core.model.Closure;

/** What was waited for will not happen: the conversation ended first. */
public class ConversationClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Closure closure;

    ConversationClosedException(Closure closure) {
        super("the conversation ended: " + closure.text(), closure.cause().orElse(null));
        this.closure = closure;
    }

    /** How it ended. */
    public Closure closure() {
        return closure;
    }
}
