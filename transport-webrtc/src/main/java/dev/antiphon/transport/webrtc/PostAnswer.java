package dev.antiphon.transport.webrtc;

import java.util.List;
import java.util.Optional;

/** A request's successful answer, or its head if the body never ended. Immutable. */
final class PostAnswer {
    private final int status;
    private final List<String> locations;
    private final Optional<String> requestId;
    private final Optional<String> contentType;
    private final byte[] body;

    /**
     * @param locations values of all {@code Location} headers
     * @param requestId the server's id of the request
     * @param contentType the body's declared type
     * @param body not copied, not changed from here on
     */
    PostAnswer(
            int status, List<String> locations, Optional<String> requestId, Optional<String> contentType, byte[] body) {
        this.status = status;
        this.locations = List.copyOf(locations);
        this.requestId = requestId;
        this.contentType = contentType;
        this.body = body;
    }

    int status() {
        return status;
    }

    List<String> locations() {
        return locations;
    }

    Optional<String> requestId() {
        return requestId;
    }

    Optional<String> contentType() {
        return contentType;
    }

    byte[] body() {
        return body;
    }

    /** Shows status and size: the body is an SDP. */
    @Override
    public String toString() {
        return "PostAnswer[" + status + ", " + body.length + " bytes]";
    }
}
