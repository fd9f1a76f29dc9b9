package dev.antiphon.app.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/** One request and its one answer. Nothing of the request is ever repeated in the answer. */
final class Exchange {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final AtomicBoolean answered = new AtomicBoolean();

    Exchange(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
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

    /** The body; fails with {@link IllegalStateException} if it is too long and with a timeout if it is too slow. */
    CompletionStage<byte[]> body(int mostBytes, Duration limit) {
        CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(
                request,
                mostBytes,
                Promise.Invocable.from(
                        Invocable.InvocationType.NON_BLOCKING, bytes::complete, bytes::completeExceptionally));
        return bytes.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
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
        if (request.getLength() != 0 && !request.consumeAvailable()) {
            // What is left of the body is not read: the connection cannot serve another request.
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        send(
                problem.status(),
                Optional.of("application/problem+json"),
                problem.json(instance).getBytes(StandardCharsets.UTF_8));
    }

    /** Answers once; a later answer is dropped. */
    void send(int status, Optional<String> type, byte[] body) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        response.setStatus(status);
        type.ifPresent(name -> response.getHeaders().put(HttpHeader.CONTENT_TYPE, name));
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
