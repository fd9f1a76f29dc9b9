package dev.antiphon.app.figures;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** A good listener to the events of a call: tells when a mark was seen in one. */
final class Listener {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private volatile String mark = "";
    private volatile CompletableFuture<Long> seen = new CompletableFuture<>();

    Listener(String url) {
        Thread reader = new Thread(() -> read(url), "listener");
        reader.setDaemon(true);
        reader.start();
    }

    /** When an event holds this; replaces what was waited for before. */
    CompletableFuture<Long> next(String words) {
        CompletableFuture<Long> fresh = new CompletableFuture<>();
        mark = "";
        seen = fresh;
        mark = words;
        return fresh;
    }

    private void read(String url) {
        try {
            HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofLines())
                    .body()
                    .forEach(line -> {
                        if (!mark.isEmpty() && line.contains(mark)) {
                            seen.complete(System.nanoTime());
                        }
                    });
        } catch (Exception broken) {
            seen.completeExceptionally(broken);
        }
    }
}
