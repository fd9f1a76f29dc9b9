package dev.antiphon.core.model;

/** A well-formed event of a type that this version does not know: everything is in {@link #raw()}. */
public record Unrecognized(Envelope envelope) implements ServerEvent {
    @Override
    public <R> R fold(ServerEventFold<R> fold) {
        return fold.unrecognized(this);
    }
}
