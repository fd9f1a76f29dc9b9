package dev.antiphon.app.figures;

import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A gateway under load and with a provider that fails: how soon it refuses what it cannot take, how soon it
 * says that the provider rests, and what browsers that read nothing cost the others. The gateway is a process
 * of its own, the simulator and the clients are in this one. Arguments: the parts, {@code refusals rest deaf}
 * by default.
 */
final class GatewayLoadFigures {
    private static final int PLACES = 50;
    private static final int AT_ONCE = 1_000;
    private static final int ROUNDS = 100;
    private static final int WARM_ROUNDS = 40;
    private static final int CALLS = 50;
    private static final String REFUSALS = "antiphon_http_requests_seconds";
    private static final Duration STALL = Duration.ofSeconds(15);

    /** Between two texts: more of them than a simulator takes would wait for it, and tell nothing of browsers. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final String OFFER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
            + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final RealtimeSimulator simulator;
    private final String gateway;

    private GatewayLoadFigures(RealtimeSimulator simulator, String gateway) {
        this.simulator = simulator;
        this.gateway = gateway;
    }

    public static void main(String[] arguments) throws Exception {
        List<Process> servers = new ArrayList<>();
        try (RealtimeSimulator simulator =
                RealtimeSimulator.builder().acceptKeys("figures").unpaced().start()) {
            String gateway = GatewayFigures.start(
                    servers,
                    "serve",
                    "--port",
                    "0",
                    "--upstream",
                    simulator.baseUrl().toString(),
                    "--calls",
                    Integer.toString(PLACES),
                    "--calls-per-client",
                    Integer.toString(PLACES));
            GatewayLoadFigures figures = new GatewayLoadFigures(simulator, gateway);
            List<String> parts = arguments.length == 0 ? List.of("refusals", "rest", "deaf") : List.of(arguments);
            if (parts.contains("refusals")) {
                figures.tooManyAtOnce();
            }
            if (parts.contains("rest")) {
                figures.restingProvider();
            }
            if (parts.contains("deaf")) {
                figures.deafBrowsers();
            }
            stop(servers);
        } finally {
            servers.forEach(Process::destroy);
        }
        System.exit(0);
    }

    /** The simulator outlives the gateway, so that its last hang-ups arrive. */
    private static void stop(List<Process> servers) throws InterruptedException {
        for (Process server : servers) {
            server.destroy();
            server.waitFor();
        }
    }

    /** A thousand offers at a gateway that has just started, and again and again until it is warm. */
    private void tooManyAtOnce() throws Exception {
        List<Double> cold = burst();
        for (int round = 1; round < ROUNDS - WARM_ROUNDS; round++) {
            burst();
        }
        List<Double> warm = new ArrayList<>();
        List<Double> longest = new ArrayList<>();
        for (int round = 0; round < WARM_ROUNDS; round++) {
            List<Double> millis = burst();
            warm.addAll(millis);
            longest.add(Collections.max(millis));
        }
        System.out.printf(
                "%d offers at once, %d times: %d taken and all others refused with Retry-After, each time%n",
                AT_ONCE, ROUNDS, PLACES);
        Tail.print("  answer 429, first burst of a fresh gateway", cold);
        Tail.print("  answer 429, last " + WARM_ROUNDS + " bursts", warm);
        Tail.print("  the slowest of each of these bursts", longest);
        System.out.printf(
                Locale.ROOT,
                "  429 inside the gateway, all rounds: mean %.1f ms%n",
                1e3 * figure(REFUSALS + "_sum", ",status=\"429\"") / figure(REFUSALS + "_count", ",status=\"429\""));
    }

    /** One connection each, open before; all requests are written before any answer is read. Milliseconds to each 429. */
    private List<Double> burst() throws Exception {
        List<Offer> offers = new ArrayList<>();
        for (int n = 0; n < AT_ONCE; n++) {
            offers.add(new Offer(URI.create(gateway)));
        }
        for (Offer offer : offers) {
            offer.send();
        }
        readAll(offers);
        List<Offer> taken = offers.stream()
                .filter(offer -> offer.answer.startsWith("HTTP/1.1 201 "))
                .toList();
        List<Double> refused = offers.stream()
                .filter(offer -> offer.answer.startsWith("HTTP/1.1 429 ") && offer.answer.contains("Retry-After: "))
                .map(offer -> offer.millis)
                .toList();
        if (taken.size() != PLACES || refused.size() != AT_ONCE - PLACES) {
            throw new IllegalStateException(taken.size() + " taken, " + refused.size() + " refused with Retry-After");
        }
        for (Offer offer : taken) {
            ask(offer.answer.split("Location: ", 2)[1].split("\r\n", 2)[0], "DELETE", "");
        }
        awaitNoCalls();
        return refused;
    }

    /** Reads all answers with one thread, so that the clients take little of the processors from the gateway. */
    private static void readAll(List<Offer> offers) throws IOException {
        try (Selector selector = Selector.open()) {
            for (Offer offer : offers) {
                offer.channel.configureBlocking(false);
                offer.channel.register(selector, SelectionKey.OP_READ, offer);
            }
            for (int open = offers.size(); open > 0; ) {
                selector.select();
                for (SelectionKey ready : selector.selectedKeys()) {
                    ((Offer) ready.attachment()).read();
                    ready.cancel();
                    open--;
                }
                selector.selectedKeys().clear();
            }
        }
    }

    /** A connection with one offer. */
    private static final class Offer {
        private final SocketChannel channel;
        private final ByteBuffer request;
        private long sentNanos;
        private String answer = "";
        private double millis;

        Offer(URI gateway) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            request = StandardCharsets.US_ASCII.encode("POST /calls HTTP/1.1\r\nHost: " + gateway.getAuthority()
                    + "\r\nOrigin: " + gateway
                    + "\r\nConnection: close\r\nContent-Type: application/sdp\r\nContent-Length: "
                    + OFFER.length() + "\r\n\r\n" + OFFER);
        }

        void send() throws IOException {
            sentNanos = System.nanoTime();
            while (request.hasRemaining()) {
                channel.write(request);
            }
        }

        void read() {
            try (channel) {
                ByteBuffer head = ByteBuffer.allocate(4_096);
                channel.read(head);
                millis = (System.nanoTime() - sentNanos) / 1e6;
                answer = StandardCharsets.ISO_8859_1.decode(head.flip()).toString();
            } catch (IOException cut) {
                answer = "cut";
            }
        }
    }

    /** A provider that fails until it is left alone, and what is answered then; how soon it is found well again. */
    private void restingProvider() throws Exception {
        simulator.inflict(Misfortune.refuse(500).at(Moment.CALL).always());
        List<Double> failures = new ArrayList<>();
        for (long begun = System.nanoTime(); offer().statusCode() == 502; begun = System.nanoTime()) {
            failures.add((System.nanoTime() - begun) / 1e6);
        }
        List<Double> resting = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() < end) {
            long begun = System.nanoTime();
            HttpResponse<String> answer = offer();
            double millis = (System.nanoTime() - begun) / 1e6;
            if (answer.statusCode() == 503) {
                resting.add(millis);
                if (answer.headers().firstValue("Retry-After").isEmpty()
                        || !answer.body().contains("urn:uuid:")) {
                    throw new IllegalStateException("a refusal without Retry-After or instance");
                }
            }
        }
        simulator.relent();
        long well = System.nanoTime();
        HttpResponse<String> answer;
        do {
            answer = offer();
        } while (answer.statusCode() != 201);
        System.out.printf(
                Locale.ROOT,
                "a provider that fails: left alone after %d failures, found well again after %.0f ms%n",
                failures.size(),
                (System.nanoTime() - well) / 1e6);
        Tail.print("  answer 502 before", failures);
        Tail.print("  answer 503 meanwhile", resting);
        ask(answer.headers().firstValue("Location").orElseThrow(), "DELETE", "");
        awaitNoCalls();
    }

    /** Texts of 8 KB at calls with a listener each, without and with a second one that reads nothing. */
    private void deafBrowsers() throws Exception {
        List<String> calls = new ArrayList<>();
        List<Listener> listeners = new ArrayList<>();
        for (int n = 0; n < CALLS; n++) {
            calls.add(offer().headers().firstValue("Location").orElseThrow());
            listeners.add(new Listener(gateway + calls.get(n) + "/events"));
        }
        typeFor(STALL, calls, listeners);
        Tail.print("typed text to its event, " + CALLS + " calls", typeFor(STALL, calls, listeners));
        List<Socket> deaf = new ArrayList<>();
        for (String call : calls) {
            deaf.add(deaf(call));
        }
        Tail.print(
                "typed text to its event, " + CALLS + " calls with a deaf browser each",
                typeFor(STALL, calls, listeners));
        System.out.printf(Locale.ROOT, "  deaf browsers cut: %.0f%n", figure("antiphon_streams_cut_total ", ""));
        for (Socket socket : deaf) {
            socket.close();
        }
        for (String call : calls) {
            ask(call, "DELETE", "");
        }
        awaitNoCalls();
    }

    /** A figure that the gateway serves. */
    private double figure(String name, String label) throws Exception {
        String figures =
                HTTP.send(request("/metrics").build(), BodyHandlers.ofString()).body();
        return figures.lines()
                .filter(line -> line.startsWith(name) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(Double.NaN);
    }

    private Socket deaf(String call) throws IOException {
        URI url = URI.create(gateway);
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1_024);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        String head = "GET " + call + "/events HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private List<Double> typeFor(Duration time, List<String> calls, List<Listener> listeners) throws Exception {
        List<Double> delays = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        for (int n = 0; System.nanoTime() < end; n++) {
            int call = n % calls.size();
            String mark = "text " + System.nanoTime();
            long begun = System.nanoTime();
            var told = listeners.get(call).next(mark);
            int status = ask(calls.get(call), "POST", mark + " " + "x".repeat(8_000));
            if (status != 202) {
                throw new IllegalStateException("a text was answered with " + status);
            }
            delays.add((told.get(20, TimeUnit.SECONDS) - begun) / 1e6);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return delays;
    }

    private HttpResponse<String> offer() throws Exception {
        return HTTP.send(
                request("/calls")
                        .header("Origin", gateway)
                        .header("Content-Type", "application/sdp")
                        .POST(BodyPublishers.ofString(OFFER))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Types a text, or deletes the call if there is none. */
    private int ask(String call, String method, String text) throws Exception {
        HttpRequest.Builder request = request(call + (text.isEmpty() ? "" : "/text"))
                .header("Origin", gateway)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(text.isEmpty() ? "" : "{\"text\":\"" + text + "\"}"));
        return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(gateway + path)).timeout(Duration.ofSeconds(30));
    }

    private void awaitNoCalls() throws Exception {
        while (!HTTP.send(request("/health").build(), BodyHandlers.ofString())
                .body()
                .contains("\"calls\":0")) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
