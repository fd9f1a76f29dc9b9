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
    /** Type, code, path and event id; the message may quote input and is left out. */
    @Override
    public String toString() {
        return "ErrorDetail[" + type + ", " + code + ", " + param + ", " + eventId + "]";
    }
}
