package dev.antiphon.app.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Reads an event stream as a browser would. */
final class StreamReader implements AutoCloseable {
    /** One event, or a comment with an empty name. */
    record Event(long id, String name, JsonNode data) {
        boolean isEnd() {
            return id < 0;
        }

        String text(String member) {
            return data.path(member).asString("");
        }
    }

    private static final Event END = new Event(-1, "end of stream", Json.object());

    final List<Event> seen = new ArrayList<>();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final HttpResponse<InputStream> response;

    StreamReader(HttpClient http, HttpRequest.Builder request) {
        try {
            response = http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError("no event stream", failed);
        }
        Thread reader = new Thread(this::read, "event-stream-reader");
        reader.setDaemon(true);
        reader.start();
    }

    int status() {
        return response.statusCode();
    }

    /** Waits for an event; events before it stay in {@link #seen}. */
    Event await(String name, Predicate<Event> matching) {
        try {
            for (; ; ) {
                Event next = events.poll(GatewayStand.SOON.toMillis(), TimeUnit.MILLISECONDS);
                if (next == null || next.isEnd()) {
                    throw new AssertionError("no event " + name + (next == null ? " in time" : ", the stream ended")
                            + "; seen: " + seen);
                }
                seen.add(next);
                if (next.name().equals(name) && matching.test(next)) {
                    return next;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }

    Event await(String name) {
        return await(name, event -> true);
    }

    /** Waits until the gateway ends the stream. */
    void awaitEnd() {
        try {
            for (; ; ) {
                Event next = events.poll(GatewayStand.SOON.toMillis(), TimeUnit.MILLISECONDS);
                if (next == null) {
                    throw new AssertionError("the stream goes on; seen: " + seen);
                } else if (next.isEnd()) {
                    return;
                }
                seen.add(next);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            long id = 0;
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = Long.parseLong(line.substring(4));
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(id, name, Json.parse(line.substring(6))));
                } else if (line.startsWith(":")) {
                    events.add(new Event(id, "heartbeat", Json.object()));
                } else if (status() == 200 && !line.isEmpty() && !line.startsWith("retry: ")) {
                    throw new AssertionError("a line that belongs to no frame");
                }
            }
        } catch (IOException cut) {
            // The stream was cut, which its end tells.
        } finally {
            events.add(END);
        }
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException already) {
            // It was cut before.
        }
    }
}
