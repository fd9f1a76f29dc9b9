package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.time.Duration;
import java.util.Optional;

/**
 * The server answered with an HTTP status that refuses what was asked: an upgrade or a request.
 *
 * <p>Its message names what was asked, the host, status, code, attempt and request id. The body is
 * kept apart, shortened and masked.
 */
public final class RefusedException extends TransportException {
    private static final long serialVersionUID = 1L;

    private final int statusCode;
    private final int attempt;
    private final String host;
    private final String bodyExcerpt;
    private final transient Optional<String> errorCode;
    private final transient Optional<String> requestId;
    private final transient Optional<Duration> retryAfter;

    RefusedException(Fault fault, String what, HttpAnswer answer, String host, int attempt, Optional<String> secret) {
        this(fault, what, answer, host, attempt, new Refusal(answer, secret));
    }

    private RefusedException(Fault fault, String what, HttpAnswer answer, String host, int attempt, Refusal refusal) {
        super(fault, message(what, answer, host, attempt, refusal), answer.status(), Optional.empty(), null);
        this.statusCode = answer.status();
        this.attempt = attempt;
        this.host = host;
        this.errorCode = refusal.errorCode();
        this.requestId = refusal.requestId();
        this.retryAfter = refusal.retryAfter();
        this.bodyExcerpt = refusal.bodyExcerpt();
    }

    /**
     * The refusal that an answer to call creation or to another request is: {@link Fault#THROTTLED}
     * for 408, 429 and 503, else the given fault.
     *
     * @param what what was asked, for people: {@code "call creation"}
     * @param host who answered
     * @param attempt counts from 1
     */
    public static RefusedException of(HttpAnswer answer, Fault fault, String what, String host, int attempt) {
        Fault typed = isThrottling(answer.status()) ? Fault.THROTTLED : fault;
        return new RefusedException(typed, what, answer, host, attempt, Optional.empty());
    }

    static boolean isThrottling(int status) {
        return status == 408 || status == 429 || status == 503;
    }

    private static String message(String what, HttpAnswer answer, String host, int attempt, Refusal refusal) {
        StringBuilder text = new StringBuilder()
                .append(host)
                .append(" answered ")
                .append(answer.status())
                .append(refusal.errorCode().map(code -> " " + code).orElse(""))
                .append(" to ")
                .append(what)
                .append(" (attempt ")
                .append(attempt);
        refusal.requestId().ifPresent(id -> text.append(", request id ").append(id));
        refusal.retryAfter()
                .ifPresent(wait ->
                        text.append(", retry after ").append(wait.toSeconds()).append(" s"));
        return text.append(')').toString();
    }

    /** The HTTP status. */
    public int statusCode() {
        return statusCode;
    }

    /** {@code error.code}, or else {@code error.type}, of a JSON body. */
    public Optional<String> errorCode() {
        return errorCode == null ? Optional.empty() : errorCode;
    }

    /** The server's id of the request, for its operator. */
    public Optional<String> requestId() {
        return requestId == null ? Optional.empty() : requestId;
    }

    /** How long the server asks to wait, from 0 to one hour. */
    public Optional<Duration> retryAfter() {
        return retryAfter == null ? Optional.empty() : retryAfter;
    }

    /** The beginning of the body: at most 512 characters, one line, what looks like a key masked. */
    public String bodyExcerpt() {
        return bodyExcerpt;
    }

    /** Which attempt was refused, counting from 1. */
    public int attempt() {
        return attempt;
    }

    /** Who refused. */
    public String host() {
        return host;
    }

    /** Whether the same request may be granted later: throttled, or 500, 502, 504. */
    public boolean isWorthRetrying() {
        return isThrottling(statusCode) || statusCode == 500 || statusCode == 502 || statusCode == 504;
    }
}
