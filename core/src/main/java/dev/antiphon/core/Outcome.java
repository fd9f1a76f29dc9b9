package dev.antiphon.core;

import dev.antiphon.core.model.Fault;

/**
 * What became of one text or hand-off output. Exactly one per item, at most five seconds after the
 * end of its conversation.
 */
public sealed interface Outcome {
    /** The server confirmed the item. */
    record Acknowledged() implements Outcome {}

    /**
     * The server refused the item.
     *
     * @param code the server's error code; may be empty
     * @param message the server's text for people, which may quote the item
     */
    record Rejected(String code, String message) implements Outcome {
        @Override
        public String toString() {
            return "Rejected[" + code + "]";
        }
    }

    /** No byte of it reached the server. Repeating it is safe. */
    record NotSent(Reason reason, String detail) implements Outcome {}

    /** Bytes left, no confirmation came. Repeating it may say the same thing twice. */
    record Unknown(Reason reason, String detail) implements Outcome {}

    /**
     * Why an item was not sent or remained unconfirmed. Each reason is a {@link Fault} of the same name,
     * which holds cause, remedy and advice.
     */
    enum Reason {
        /** Refused at the door: the lane holds its full number of items or bytes. */
        LANE_FULL(Fault.LANE_FULL),
        /** Refused at the door: the time to wait for room passed, or too many wait already. */
        WAIT_EXPIRED(Fault.WAIT_EXPIRED),
        /** Refused at the door: the conversation is ending or has ended. */
        CONVERSATION_CLOSED(Fault.CONVERSATION_CLOSED),
        /** Refused at the door: no such tool call is open. */
        UNKNOWN_CALL(Fault.UNKNOWN_CALL),
        /** Refused at the door: this tool call was answered before. */
        ALREADY_ANSWERED(Fault.ALREADY_ANSWERED),
        /** Accepted, then dropped by the lane's policy to make room. */
        DROPPED_BY_POLICY(Fault.DROPPED_BY_POLICY),
        /** Accepted, then the application closed the conversation. */
        STOPPED(Fault.STOPPED),
        /** Accepted, then the conversation ended otherwise. */
        CONVERSATION_ENDED(Fault.CONVERSATION_ENDED),
        /** The event has no form that the other side knows. */
        NOT_ENCODABLE(Fault.NOT_ENCODABLE),
        /** The connection was lost while it was written or before it was confirmed. */
        CONNECTION_LOST(Fault.CONNECTION_LOST),
        /** Too many items wait for a confirmation; the oldest is given up. */
        CONFIRMATION_OVERDUE(Fault.CONFIRMATION_OVERDUE);

        private final Fault fault;

        Reason(Fault fault) {
            this.fault = fault;
        }

        /** The row of the catalogue. */
        public Fault fault() {
            return fault;
        }
    }

    /** Short name: {@code ACKNOWLEDGED}, {@code REJECTED}, {@code NOT_SENT} or {@code UNKNOWN}. */
    default String name() {
        if (this instanceof Acknowledged) {
            return "ACKNOWLEDGED";
        } else if (this instanceof Rejected) {
            return "REJECTED";
        } else if (this instanceof NotSent) {
            return "NOT_SENT";
        }
        return "UNKNOWN";
    }
}
