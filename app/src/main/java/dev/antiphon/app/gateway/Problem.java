package dev.antiphon.app.gateway;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal, as it goes over the wire (RFC 9457). It says what to do and nothing of what is behind the
 * gateway.
 *
 * @param status HTTP status
 * @param detail one sentence for people
 * @param retryAfter when it may be tried again
 */
record Problem(int status, String title, String detail, Optional<Duration> retryAfter) {
    /** The one answer for calls that do not exist and for calls of others: nobody can tell which. */
    static final Problem NO_SUCH_CALL = of(404, "not found", "there is no such call or page");

    static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail, Optional.empty());
    }

    Problem retryAfter(Duration pause) {
        return new Problem(status, title, detail, Optional.of(pause));
    }

    /** @param instance an opaque id under which the gateway's log tells more; empty for none */
    String json(String instance) {
        ObjectNode problem = Json.object()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        if (!instance.isEmpty()) {
            problem.put("instance", instance);
        }
        return problem.toString();
    }
}
