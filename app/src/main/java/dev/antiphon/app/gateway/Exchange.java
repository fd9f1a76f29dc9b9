package dev.antiphon.app.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request and its one answer. Nothing of the request is ever repeated in the answer. */
final class Exchange {
    /** What a refused client may still send before its connection is closed. */
    private static final int LINGER_BYTES = 1024 * 1024;

    private static final Duration LINGER_TIME = Duration.ofSeconds(2);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final RequestBody body;
    private final AtomicBoolean answered = new AtomicBoolean();

    Exchange(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.body = new RequestBody(request);
    }

    Request request() {
        return request;
    }

    Response response() {
        return response;
    }

    Callback callback() {
        return callback;
    }

    String method() {
        return request.getMethod();
    }

    /** A header that is there once. */
    Optional<String> header(HttpHeader name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /** The media type without its parameters, in lower case; empty if there is none. */
    String contentType() {
        String value = header(HttpHeader.CONTENT_TYPE).orElse("");
        int parameters = value.indexOf(';');
        return (parameters < 0 ? value : value.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    /** The body, to be read once. */
    RequestBody body() {
        return body;
    }

    void empty(int status) {
        send(status, Optional.empty(), new byte[0]);
    }

    void json(int status, String json) {
        send(status, Optional.of("application/json"), json.getBytes(StandardCharsets.UTF_8));
    }

    void problem(Problem problem) {
        problem(problem, "");
    }

    /** @param instance opaque id of this problem */
    void problem(Problem problem, String instance) {
        problem.retryAfter()
                .ifPresent(pause -> response.getHeaders().put(HttpHeader.RETRY_AFTER, Math.max(1, pause.toSeconds())));
        boolean isUnread = !body.skipAvailable(LINGER_BYTES);
        if (isUnread) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        // Whoever waits for 100 (Continue) sends nothing more.
        boolean stillSends = isUnread && !request.getHeaders().contains(HttpHeader.EXPECT);
        send(
                problem.status(),
                Optional.of("application/problem+json"),
                problem.json(instance).getBytes(StandardCharsets.UTF_8),
                stillSends);
    }

    /** Answers once; a later answer is dropped. */
    void send(int status, Optional<String> type, byte[] content) {
        send(status, type, content, false);
    }

    private void send(int status, Optional<String> type, byte[] content, boolean stillSends) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        response.setStatus(status);
        type.ifPresent(name -> response.getHeaders().put(HttpHeader.CONTENT_TYPE, name));
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
        Callback done = stillSends ? Callback.from(this::linger, callback::failed) : callback;
        response.write(true, ByteBuffer.wrap(content), done);
    }

    /**
     * Goes on reading for a while after the answer. A connection that is closed while its client still sends
     * is reset, and the reset overtakes the answer: the client would never learn why it was refused (RFC 9112
     * §9.6).
     */
    private void linger() {
        body.letGo(LINGER_BYTES, LINGER_TIME).thenRun(callback::succeeded);
    }
}
