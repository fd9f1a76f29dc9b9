package dev.antiphon.core.model;

/** {@code error}. Most errors are about one client event and leave the session usable. */
public record ServerError(Envelope envelope, ErrorDetail error) implements ServerEvent {
    @Override
    public <R> R fold(ServerEventFold<R> fold) {
        return fold.error(this);
    }
}
