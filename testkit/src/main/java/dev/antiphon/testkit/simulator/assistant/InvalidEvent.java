package dev.antiphon.testkit.simulator.assistant;

import tools.jackson.databind.node.ObjectNode;

/** A client's mistake, as the service would describe it in an {@code error} event or an HTTP error body. */
public final class InvalidEvent extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String param;

    /** A mistake with its code; {@code param} is the path of the offending member, empty if there is none. */
    public InvalidEvent(String code, String param, String message) {
        super(message, null, false, false);
        this.code = code;
        this.param = param;
    }

    /** A member that must be there is not. */
    public static InvalidEvent missing(String path) {
        return new InvalidEvent("missing_required_parameter", path, "Missing required parameter: '" + path + "'.");
    }

    /** A member that nobody knows. */
    public static InvalidEvent unknownParameter(String path) {
        return new InvalidEvent("unknown_parameter", path, "Unknown parameter: '" + path + "'.");
    }

    /** A member that is not what it should be. */
    public static InvalidEvent value(String path, String message) {
        return new InvalidEvent("invalid_value", path, message);
    }

    static InvalidEvent noSuchItem(String path, String what) {
        return new InvalidEvent("item_not_found", path, what + " names an item that is not in the conversation.");
    }

    /** The {@code error} object; {@code event_id} is null if the client gave none. */
    public ObjectNode toError(String eventId) {
        ObjectNode error = Json.object();
        error.put("type", "invalid_request_error");
        error.put("code", code);
        error.put("message", String.valueOf(getMessage()));
        if (param.isEmpty()) {
            error.putNull("param");
        } else {
            error.put("param", param);
        }
        if (eventId.isEmpty()) {
            error.putNull("event_id");
        } else {
            error.put("event_id", eventId);
        }
        return error;
    }

    public String code() {
        return code;
    }

    public String param() {
        return param;
    }
}
