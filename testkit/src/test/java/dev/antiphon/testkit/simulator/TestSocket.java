package dev.antiphon.testkit.simulator;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A websocket client that shares no code with the simulator: the JDK's own. */
final class TestSocket implements WebSocket.Listener, AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(5);
    static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final CompletableFuture<String> pong = new CompletableFuture<>();
    private final WebSocket socket;

    private TestSocket(RealtimeSimulator simulator, String place, String key, String... subprotocols) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (!key.isEmpty()) {
            builder.header("Authorization", "Bearer " + key);
        }
        if (subprotocols.length > 0) {
            builder.subprotocols(
                    subprotocols[0],
                    List.of(subprotocols).subList(1, subprotocols.length).toArray(new String[0]));
        }
        socket = builder.buildAsync(URI.create(simulator.webSocketUrl() + place), this)
                .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    static TestSocket model(RealtimeSimulator simulator) {
        return open(simulator, "model=gpt-realtime");
    }

    static TestSocket open(RealtimeSimulator simulator, String query) {
        return new TestSocket(simulator, "?" + query, "test-key");
    }

    static TestSocket open(RealtimeSimulator simulator, String query, String key, String... subprotocols) {
        return new TestSocket(simulator, "?" + query, key, subprotocols);
    }

    /** @param place what stands behind {@code /v1/realtime} */
    static TestSocket at(RealtimeSimulator simulator, String place) {
        return new TestSocket(simulator, place, "test-key");
    }

    static TestSocket at(RealtimeSimulator simulator, String place, String key) {
        return new TestSocket(simulator, place, key);
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            events.add(partial.toString());
            partial.setLength(0);
        }
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        events.add("{\"type\":\"(binary)\",\"size\":" + data.remaining() + "}");
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        pong.complete(new String(bytes, StandardCharsets.UTF_8));
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete(1006);
    }

    WebSocket raw() {
        return socket;
    }

    void send(String json) {
        socket.sendText(json, true)
                .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** The next event. */
    JsonView next() {
        try {
            String text = events.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
            if (text == null) {
                throw new AssertionError("no further event; so far " + seen);
            }
            JsonView event = JsonView.parse(text);
            seen.add(event.type());
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The next event of this type; those before it are passed over. */
    JsonView next(String type) {
        JsonView event = next();
        while (!event.type().equals(type)) {
            event = next();
        }
        return event;
    }

    /** The events up to and including the first of this type. */
    List<JsonView> until(String type) {
        List<JsonView> all = new ArrayList<>();
        do {
            all.add(next());
        } while (!all.get(all.size() - 1).type().equals(type));
        return all;
    }

    String ping(String payload) {
        CompletableFuture<WebSocket> unused =
                socket.sendPing(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)));
        return pong.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** The code of the server's close frame; 1006 if the connection ended without. */
    int closeCode() {
        return closed.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
