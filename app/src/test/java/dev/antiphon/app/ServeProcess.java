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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code antiphon serve} in a process of its own, as a shell would start it. Closing it kills it. */
final class ServeProcess implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);
    static final String PASSWORD = "canaryPasswordOfTheOffer";
    private static final String FINGERPRINT = "CA:4A:27:".repeat(10) + "00:11";
    private static final String CANDIDATE = "192.0.2.42";
    /** What the offers hold that nobody else must see. */
    static final List<String> OFFERED_SECRETS = List.of(PASSWORD, FINGERPRINT, CANDIDATE);

    private static final String OFFER = String.join(
            "\r\n",
            "v=0",
            "o=- 1 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "c=IN IP4 0.0.0.0",
            "a=candidate:1 1 udp 2122260223 " + CANDIDATE + " 46154 typ host",
            "a=ice-ufrag:canaryUfrag",
            "a=ice-pwd:" + PASSWORD,
            "a=fingerprint:sha-256 " + FINGERPRINT,
            "a=setup:actpass",
            "a=rtpmap:111 opus/48000/2",
            "");

    private final Process process;
    private final String token;
    private final Path errors;
    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServeProcess(Process process, String token, Path errors, String url) {
        this.process = process;
        this.token = token;
        this.errors = errors;
        this.url = url;
    }

    static ServeProcess start(RealtimeSimulator provider, String key) throws IOException {
        return start(provider, Map.of(ApiKey.VARIABLE, key));
    }

    static ServeProcess start(RealtimeSimulator provider, Map<String, String> environment, String... options)
            throws IOException {
        Path errors = Files.createTempFile("antiphon-serve", ".err");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=logback.xml",
                Antiphon.class.getName(),
                "serve",
                "--port",
                "0",
                "--upstream",
                provider.baseUrl().toString()));
        line.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String first =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (first == null) {
            throw new AssertionError("the gateway did not start: " + Files.readString(errors));
        }
        String page = JsonLines.parse(first).path("url").asString("");
        String token = environment.getOrDefault(ServeCommand.TOKEN, "");
        return new ServeProcess(process, token, errors, page.substring(0, page.length() - 1));
    }

    /** Begins a call; its path. */
    String call() throws Exception {
        HttpResponse<String> created = offerAsync().get(SOON.toSeconds(), TimeUnit.SECONDS);
        return created.headers().firstValue("Location").orElseThrow();
    }

    CompletableFuture<HttpResponse<String>> offerAsync() {
        return send(offer(token));
    }

    /** An offer with some other token. */
    HttpResponse<String> offerAs(String other) {
        return send(offer(other)).join();
    }

    /** Types a text. */
    void say(String call, String text) {
        int status = send(request(call + "/text", token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"text\":\"" + text + "\"}")))
                .join()
                .statusCode();
        if (status != 202) {
            throw new AssertionError("a text was answered with " + status);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path, token)).join();
    }

    private HttpRequest.Builder offer(String as) {
        return request("/calls", as).header("Content-Type", "application/sdp").POST(BodyPublishers.ofString(OFFER));
    }

    private HttpRequest.Builder request(String path, String as) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(SOON).header("Origin", url);
        return as.isEmpty() ? request : request.header("Authorization", "Bearer " + as);
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofString());
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
