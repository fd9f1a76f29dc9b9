package dev.antiphon.core.model;

/** {@code session.*} */
public sealed interface SessionEvent extends ServerEvent {

    /** {@code session.created}: the first event of a direct connection. A sideband does not get one. */
    record Created(Envelope envelope, SessionInfo session) implements SessionEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.sessionCreated(this);
        }
    }

    /** {@code session.updated}: the effective configuration after a {@code session.update}. */
    record Updated(Envelope envelope, SessionInfo session) implements SessionEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.sessionUpdated(this);
        }
    }
}
