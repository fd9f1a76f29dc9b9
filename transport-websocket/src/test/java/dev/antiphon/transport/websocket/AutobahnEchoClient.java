package dev.antiphon.transport.websocket;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The client that the Autobahn suite judges: asks for the number of cases, echoes in each, asks for the report. */
public final class AutobahnEchoClient {
    private static final int CASE_SECONDS = 120;
    private static final int START_ATTEMPTS = 120;

    private AutobahnEchoClient() {}

    /** Runs all cases of the fuzzing server at {@code ws://127.0.0.1:args[0]}. */
    public static void main(String[] args) throws Exception {
        String base = "ws://127.0.0.1:" + args[0];
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(base).build();
        try (NettyResources resources = NettyResources.create(1)) {
            Dialer dialer = Dialer.builder(endpoint).resources(resources).build();
            int cases = caseCount(dialer, base);
            for (int each = 1; each <= cases; each++) {
                echo(dialer, base + "/runCase?case=" + each + "&agent=antiphon");
            }
            echo(dialer, base + "/updateReports?agent=antiphon");
            System.out.println(cases + " cases run");
        }
    }

    private static int caseCount(Dialer dialer, String base) throws Exception {
        CompletableFuture<String> count = new CompletableFuture<>();
        SocketRequest request = SocketRequest.to(URI.create(base + "/getCaseCount"));
        SocketEnd end = new SocketEnd.ClosedByUs(0, "not dialled");
        // The suite's server takes a while to start.
        for (int attempt = 0; attempt < START_ATTEMPTS && !count.isDone(); attempt++) {
            Thread.sleep(500);
            RawWebSocket socket = new RawWebSocket(
                    dialer,
                    request,
                    (from, opcode, payload) -> count.complete(new String(payload, StandardCharsets.UTF_8)));
            end = socket.end().get(CASE_SECONDS, TimeUnit.SECONDS);
        }
        if (!count.isDone()) {
            throw new IllegalStateException("no suite at " + base + ": " + end);
        }
        return Integer.parseInt(count.get());
    }

    private static void echo(Dialer dialer, String url) throws Exception {
        RawWebSocket socket = new RawWebSocket(dialer, SocketRequest.to(URI.create(url)), RawWebSocket::send);
        socket.end().get(CASE_SECONDS, TimeUnit.SECONDS);
    }
}
