package dev.antiphon.core.model;

/**
 * What the server says went wrong. Members it left out are empty.
 *
 * @param type class of error, {@code invalid_request_error} for example
 * @param code stable code, {@code conversation_already_has_active_response} for example
 * @param message text for people; may quote input
 * @param param path of the offending member
 * @param eventId our event that it answers
 */
public record ErrorDetail(String type, String code, String message, String param, String eventId) {
    private static final int MAX_SHOWN = 128;

    /** The code, or the type of an error without one, on one line whatever a server put into it. */
    public String label() {
        return Shown.of(code.isEmpty() ? type : code, MAX_SHOWN);
    }

    /** Type, code, path and event id, on one line; the message may quote input and is left out. */
    @Override
    public String toString() {
        return "ErrorDetail[" + Shown.of(type, MAX_SHOWN) + ", " + Shown.of(code, MAX_SHOWN) + ", "
                + Shown.of(param, MAX_SHOWN) + ", " + Shown.of(eventId, MAX_SHOWN) + "]";
    }
}
