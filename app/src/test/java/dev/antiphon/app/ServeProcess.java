package dev.antiphon.app;

import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code antiphon serve} in a process of its own, as a shell would start it. Closing it kills it. */
final class ServeProcess implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String OFFER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
            + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n";

    private final Process process;
    private final Path errors;
    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServeProcess(Process process, Path errors, String url) {
        this.process = process;
        this.errors = errors;
        this.url = url;
    }

    static ServeProcess start(RealtimeSimulator provider, String key) throws IOException {
        Path errors = Files.createTempFile("antiphon-serve", ".err");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Antiphon.class.getName(),
                        "serve",
                        "--port",
                        "0",
                        "--upstream",
                        provider.baseUrl().toString())
                .redirectError(errors.toFile());
        builder.environment().put(ApiKey.VARIABLE, key);
        Process process = builder.start();
        String first =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (first == null) {
            throw new AssertionError("the gateway did not start: " + Files.readString(errors));
        }
        String page = JsonLines.parse(first).path("url").asString("");
        return new ServeProcess(process, errors, page.substring(0, page.length() - 1));
    }

    /** Begins a call; its path. */
    String call() throws Exception {
        HttpResponse<String> created = offerAsync().get(SOON.toSeconds(), TimeUnit.SECONDS);
        return created.headers().firstValue("Location").orElseThrow();
    }

    CompletableFuture<HttpResponse<String>> offerAsync() {
        return http.sendAsync(
                request("/calls")
                        .header("Origin", url)
                        .header("Content-Type", "application/sdp")
                        .POST(BodyPublishers.ofString(OFFER))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return http.sendAsync(request(path).build(), BodyHandlers.ofString()).join();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(SOON);
    }

    /** SIGTERM; how long it took to the end. */
    Duration terminate() throws InterruptedException {
        long began = System.nanoTime();
        process.destroy();
        awaitEnd();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() throws InterruptedException {
        if (!process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the gateway does not end");
        }
    }

    int exitCode() {
        return process.exitValue();
    }

    /** What it printed for people. */
    List<String> errors() {
        try {
            return Files.readAllLines(errors);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(errors);
    }
}
