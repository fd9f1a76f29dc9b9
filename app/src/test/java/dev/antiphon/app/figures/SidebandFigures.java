package dev.antiphon.app.figures;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What an SDP start costs beside the bare POST, and what a thousand joined conversations need.
 *
 * <p>The bare POST is written by hand on a plain socket, takes turns with ours and meets the same
 * simulator, so that the difference is what Antiphon adds. A second bare POST in each round shows by how
 * much two that are alike differ on this machine.
 */
final class SidebandFigures {
    /** Until both sides are compiled: the compiler shares the processors with what is measured. */
    private static final int WARM_UP = 3_000;

    private static final int ROUNDS = 2_000;
    private static final int IDLE = 1_000;
    private static final String OFFER =
            "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n";
    private static final SessionConfig SESSION =
            SessionConfig.model("gpt-realtime").build();
    private static final StartRequest START = StartRequest.withOffer(SESSION, new SdpOffer(OFFER));

    private SidebandFigures() {}

    public static void main(String[] arguments) throws Exception {
        try (RealtimeSimulator simulator = RealtimeSimulator.builder()
                .joinDelay(Duration.ofSeconds(10))
                .maxConnections(20_000)
                .start()) {
            answerLatency(simulator);
        }
        try (RealtimeSimulator simulator =
                RealtimeSimulator.builder().maxConnections(4 * IDLE).start()) {
            idleConversations(simulator);
        }
        System.exit(0);
    }

    private static RealtimeConversations conversations(RealtimeSimulator simulator) {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(simulator.baseUrl().toString())
                .credentials(Credentials.apiKey("figures"))
                .build();
        return RealtimeConversations.builder()
                .sideband(SidebandTransport.builder(endpoint).build())
                .build();
    }

    private static void answerLatency(RealtimeSimulator simulator) throws Exception {
        RealtimeConversations conversations = conversations(simulator);
        long[] bare = new long[ROUNDS];
        long[] again = new long[ROUNDS];
        long[] ours = new long[ROUNDS];
        byte[] request = bareRequest(simulator);
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long first = System.nanoTime();
            post(simulator, request);
            long control = System.nanoTime();
            post(simulator, request);
            long second = System.nanoTime();
            Conversation conversation = conversations.start(START);
            conversation.answer().toCompletableFuture().get(10, TimeUnit.SECONDS);
            long third = System.nanoTime();
            conversation.close();
            conversation.closed().toCompletableFuture().get(10, TimeUnit.SECONDS);
            if (round >= 0) {
                again[round] = control - first;
                bare[round] = second - control;
                ours[round] = third - second;
            }
        }
        long[] added = new long[ROUNDS];
        long[] noise = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            added[i] = ours[i] - bare[i];
            noise[i] = bare[i] - again[i];
        }
        System.out.println("SDP answer, sideband held back for 10 s, " + ROUNDS + " starts in turn with bare POSTs");
        print("bare POST", bare);
        print("start to answer", ours);
        print("added, pair by pair", added);
        print("two bare POSTs, same", noise);
    }

    private static byte[] bareRequest(RealtimeSimulator simulator) {
        String body = "--b\r\nContent-Disposition: form-data; name=\"sdp\"\r\nContent-Type: application/sdp\r\n\r\n"
                + OFFER
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"session\"\r\nContent-Type: application/json\r\n\r\n"
                + "{\"type\":\"realtime\",\"model\":\"gpt-realtime\"}\r\n--b--\r\n";
        return ("POST /v1/realtime/calls HTTP/1.1\r\nHost: 127.0.0.1:" + simulator.port()
                        + "\r\nAuthorization: Bearer figures\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                        + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void post(RealtimeSimulator simulator, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port())) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request);
            byte[] answer = socket.getInputStream().readAllBytes();
            if (!new String(answer, StandardCharsets.UTF_8).startsWith("HTTP/1.1 201")) {
                throw new IOException("the bare POST was not answered with 201");
            }
        }
    }

    private static void idleConversations(RealtimeSimulator simulator) throws Exception {
        RealtimeConversations conversations = conversations(simulator);
        List<Conversation> open = new ArrayList<>();
        long heapBefore = usedHeap();
        long first = System.nanoTime();
        for (int i = 0; i < IDLE; i++) {
            Conversation conversation = conversations.start(START, new ConversationListener() {});
            open.add(conversation);
            if (i % 20 == 19) {
                conversation.joined().toCompletableFuture().get(30, TimeUnit.SECONDS);
            }
        }
        for (Conversation conversation : open) {
            conversation.joined().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
        long joined = System.nanoTime();
        System.out.printf(Locale.ROOT, "%n%d conversations joined in %.1f s%n", IDLE, (joined - first) / 1e9);
        // Listener threads that were needed while joining leave after ten seconds without work.
        TimeUnit.SECONDS.sleep(15);
        System.out.println("threads of the library: " + threads("antiphon-"));
        System.out.printf(
                Locale.ROOT,
                "heap of both sides in this process: %.1f KB a conversation%n",
                (usedHeap() - heapBefore) / 1024.0 / IDLE);
        open.forEach(Conversation::close);
        for (Conversation conversation : open) {
            conversation.closed().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void print(String name, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "  %-20s p50 %7.3f ms   p99 %7.3f ms   max %7.3f ms%n",
                name,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }
}
