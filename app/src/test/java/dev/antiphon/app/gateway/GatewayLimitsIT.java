package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Too much, too slow, too long, and a provider that fails. */
class GatewayLimitsIT {
    @Test
    @DisplayName("F65 of many offers at once as many are taken as there are places, the rest is told to come back")
    void f65_as_many_calls_as_there_are_places() {
        try (GatewayStand stand = new GatewayStand(
                settings -> settings.withLimits(settings.limits().withCalls(50, 1_000)), provider -> provider)) {
            var clients = Executors.newFixedThreadPool(64);

            List<HttpResponse<String>> answers = IntStream.range(0, 1_000)
                    .mapToObj(n -> CompletableFuture.supplyAsync(stand::offer, clients))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();

            clients.shutdown();
            assertThat(answers.stream().collect(Collectors.groupingBy(HttpResponse::statusCode, Collectors.counting())))
                    .containsEntry(201, 50L)
                    .containsEntry(429, 950L);
            assertThat(answers)
                    .filteredOn(answer -> answer.statusCode() == 429)
                    .allMatch(
                            answer -> answer.headers().firstValue("Retry-After").isPresent());
            assertThat(stand.created()).isEqualTo(50);
        }
    }

    @Test
    @DisplayName("F59 a provider that fails, refuses or is silent has its own status each")
    void f59_a_failing_provider_has_a_status() {
        try (GatewayStand stand = new GatewayStand(
                settings -> settings.withLimits(
                        settings.limits().withTimes(Duration.ofSeconds(8), Duration.ofMillis(1_500))),
                provider -> provider)) {
            stand.simulator.inflict(Misfortune.refuse(
                            HttpAnswer.of(429, "application/json", "{}").andHeader("Retry-After", "3600"))
                    .at(Moment.CALL));
            HttpResponse<String> throttled = stand.offer();
            stand.simulator.refuseCalls(400, 1);
            HttpResponse<String> refused = stand.offer();
            var silence = stand.simulator.holdCall();
            HttpResponse<String> silent = stand.offer();
            silence.open();
            stand.simulator.relent();

            assertThat(throttled.statusCode()).isEqualTo(503);
            assertThat(throttled.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(silent.statusCode()).isEqualTo(504);
            stand.awaitNoCalls();
        }
    }

    @Test
    @DisplayName("F59 a provider that keeps failing is not asked for a while, and then again")
    void f59_a_provider_that_keeps_failing_is_left_alone() {
        try (GatewayStand stand = new GatewayStand()) {
            stand.simulator.inflict(Misfortune.refuse(HttpAnswer.of(500, "application/json", "{}"))
                    .at(Moment.CALL)
                    .always());
            List<HttpResponse<String>> failing = offersUntil(stand, 503);
            stand.simulator.relent();
            List<HttpResponse<String>> recovering = offersUntil(stand, 201);

            HttpResponse<String> resting = failing.remove(failing.size() - 1);
            assertThat(resting.headers().firstValue("Retry-After")).isPresent();
            assertThat(failing)
                    .isNotEmpty()
                    .allMatch(answer -> answer.statusCode() == 502)
                    .allMatch(answer -> answer.body().contains("urn:uuid:"));
            recovering.remove(recovering.size() - 1);
            assertThat(recovering).allMatch(answer -> answer.statusCode() == 503);
            assertThat(stand.created()).isOne();
        }
    }

    @Test
    void a_call_that_fails_to_begin_is_answered_and_takes_no_place() {
        try (GatewayStand stand = new GatewayStand(
                settings -> settings.withLimits(settings.limits().withCalls(1, 1)), provider -> provider)) {
            stand.failToBegin(Optional.of(new IllegalArgumentException("canary of the inside")));
            HttpResponse<String> failed = stand.offer();
            stand.failToBegin(Optional.empty());
            HttpResponse<String> next = stand.offer();

            assertThat(failed.statusCode()).isEqualTo(502);
            assertThat(failed.body()).contains("urn:uuid:").doesNotContain("canary");
            assertThat(next.statusCode()).isEqualTo(201);
        }
    }

    /** Offers until one is answered like this; all the answers. */
    private static List<HttpResponse<String>> offersUntil(GatewayStand stand, int status) {
        List<HttpResponse<String>> answers = new ArrayList<>();
        long deadline = System.nanoTime() + GatewayStand.SOON.toNanos();
        do {
            answers.add(stand.offer());
        } while (answers.get(answers.size() - 1).statusCode() != status && System.nanoTime() < deadline);
        assertThat(answers.get(answers.size() - 1).statusCode()).isEqualTo(status);
        return answers;
    }

    @Test
    @DisplayName("F66 a provider that refuses the key turns the health red, and an answer turns it green")
    void f66_a_refused_key_turns_the_health_red() {
        try (GatewayStand stand = new GatewayStand()) {
            stand.simulator.refuseCalls(401, 1);

            HttpResponse<String> refused = stand.offer();
            HttpResponse<String> red = stand.get("/health");
            HttpResponse<String> answered = stand.offer();
            HttpResponse<String> green = stand.get("/health");

            assertThat(refused.statusCode()).isEqualTo(502);
            assertThat(red.statusCode()).isEqualTo(503);
            assertThat(red.body() + refused.body()).doesNotContain(GatewayStand.KEY);
            assertThat(answered.statusCode()).isEqualTo(201);
            assertThat(green.statusCode()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("B36 a call whose browser vanished is hung up")
    void b36_an_abandoned_call_is_hung_up() {
        try (GatewayStand stand = new GatewayStand(
                settings -> settings.withLimits(
                        settings.limits().withCallTimes(Duration.ofMinutes(5), Duration.ofMillis(1_500))),
                provider -> provider)) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("phase", event -> event.text("phase").equals("LIVE"));
            }

            stand.awaitNoCalls();
        }
    }

    @Test
    @DisplayName("B36 a call lasts no longer than it may, however busy it is")
    void b36_a_call_lasts_no_longer_than_it_may() {
        try (GatewayStand stand = new GatewayStand(
                settings -> settings.withLimits(
                        settings.limits().withCallTimes(Duration.ofMillis(1_500), Duration.ofMinutes(5))),
                provider -> provider)) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("closed");
            }

            stand.awaitNoCalls();
        }
    }

    @Test
    @DisplayName("B28 slow heads and slow bodies are cut in time while others are served")
    void b28_slow_requests_are_cut() throws IOException {
        try (GatewayStand stand = new GatewayStand(
                settings ->
                        settings.withLimits(settings.limits().withTimes(Duration.ofSeconds(2), Duration.ofSeconds(20))),
                provider -> provider)) {
            List<Socket> slow = new ArrayList<>();
            try {
                String host = "127.0.0.1:" + stand.gateway.url().getPort();
                for (int n = 0; n < 60; n++) {
                    Socket socket = stand.socket();
                    String head = n % 2 == 0
                            ? "GET / HTTP/1.1\r\nHost: " + host + "\r\nX-A: "
                            : "POST /calls HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host
                                    + "\r\nContent-Type: application/sdp\r\nContent-Length: 500\r\n\r\nv=0";
                    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                    slow.add(socket);
                }
                Dribble dribble = new Dribble(slow);
                dribble.start();

                assertThat(stand.offer().statusCode()).isEqualTo(201);

                for (Socket socket : slow) {
                    // An answer (408) or nothing: in the end the connection is closed, though it was never idle.
                    assertThat(endOf(socket)).isTrue();
                }
                dribble.halt();
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
        }
    }

    private static boolean endOf(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Keeps slow clients from being idle: a byte each, five times a second. */
    private static final class Dribble {
        private final java.util.concurrent.ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor();
        private final List<Socket> sockets;

        Dribble(List<Socket> sockets) {
            this.sockets = List.copyOf(sockets);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // halted by the test
        void start() {
            timer.scheduleAtFixedRate(
                    () -> sockets.forEach(Dribble::drop), 0, 200, java.util.concurrent.TimeUnit.MILLISECONDS);
        }

        private static void drop(Socket socket) {
            try {
                socket.getOutputStream().write('x');
            } catch (IOException cut) {
                // That is what the test waits for.
            }
        }

        void halt() {
            timer.shutdownNow();
        }
    }

    @Test
    @DisplayName("F61 a stream that was cut goes on where it left off: no gap, no repeat")
    void f61_a_stream_goes_on_where_it_left_off() {
        try (GatewayStand stand = new GatewayStand()) {
            String call = stand.call();
            long last;
            try (StreamReader events = stand.events(call)) {
                stand.type(call, "one");
                last = events.await("response", event -> event.text("state").equals("done"))
                        .id();
            }
            stand.type(call, "two");

            try (StreamReader resumed = stand.events(call, last)) {
                resumed.await("response", event -> event.text("state").equals("done"));
                stand.delete(call);
                resumed.await("closed");

                List<Long> ids = resumed.seen.stream()
                        .filter(event -> !event.name().equals("heartbeat"))
                        .map(StreamReader.Event::id)
                        .toList();
                assertThat(ids.get(0)).isEqualTo(last + 1);
                assertThat(ids)
                        .isEqualTo(IntStream.range(0, ids.size())
                                .mapToObj(n -> last + 1 + n)
                                .toList());
            }
        }
    }

    @Test
    @DisplayName("F61 beyond what is kept the gap is told and the state is given")
    void f61_beyond_the_buffer_the_gap_is_told() {
        try (GatewayStand stand = new GatewayStand(
                settings -> settings.withLimits(
                        settings.limits().withStreams(4, 3, Duration.ofSeconds(1), Duration.ofSeconds(10))),
                provider -> provider)) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                stand.type(call, "one");
                events.await("response", event -> event.text("state").equals("done"));
            }

            try (StreamReader late = stand.events(call, 1)) {
                StreamReader.Event gap = late.await("gap");
                StreamReader.Event state = late.await("snapshot");

                assertThat(gap.data().path("from").asInt(0)).isEqualTo(2);
                assertThat(state.text("phase")).isEqualTo("LIVE");
                assertThat(state.data().path("transcript").toString()).contains("one");
            }
        }
    }

    @Test
    @DisplayName("F62 a browser that reads nothing is cut, which is counted, and costs the others nothing")
    void f62_a_browser_that_reads_nothing_is_cut() throws IOException {
        try (GatewayStand stand = new GatewayStand(
                        // Requests have less time than a browser has to read: that must not cut it before.
                        settings -> settings.withLimits(settings.limits()
                                .withTimes(Duration.ofSeconds(1), Duration.ofSeconds(20))
                                .withStreams(2, 200, Duration.ofMillis(200), Duration.ofSeconds(2))),
                        provider -> provider.unpaced());
                Socket deaf = new Socket()) {
            String call = stand.call();
            deaf.setReceiveBufferSize(1_024);
            deaf.connect(new java.net.InetSocketAddress(
                    java.net.InetAddress.getLoopbackAddress(),
                    stand.gateway.url().getPort()));
            String head = "GET " + call + "/events HTTP/1.1\r\nHost: 127.0.0.1:"
                    + stand.gateway.url().getPort() + "\r\n\r\n";
            deaf.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String longText = "x".repeat(10_000);
            try (StreamReader good = stand.events(call)) {
                for (int n = 0; n < 60; n++) {
                    String text = n + longText;
                    assertThat(stand.type(call, text).statusCode()).isIn(202, 429);
                    good.await("transcript", event -> event.text("role").equals("user"));
                }
                // With two places for streams, the deaf browser's place is free again once it was cut.
                long deadline = System.nanoTime() + GatewayStand.SOON.toNanos();
                int status;
                do {
                    try (StreamReader another = stand.events(call)) {
                        status = another.status();
                    }
                } while (status != 200 && System.nanoTime() < deadline);
                assertThat(status).isEqualTo(200);
                assertThat(stand.get("/metrics").body()).contains("antiphon_streams_cut_total 1.0");
            }
        }
    }

    @Test
    @DisplayName("F63 a silent stream is kept alive by comments")
    void f63_a_silent_stream_is_kept_alive() {
        try (GatewayStand stand = new GatewayStand(
                settings -> settings.withLimits(
                        settings.limits().withStreams(4, 100, Duration.ofMillis(300), Duration.ofSeconds(10))),
                provider -> provider)) {
            stand.simulator.holdUpgrade();
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("heartbeat");
                events.await("heartbeat");
                events.await("heartbeat");
            }
        }
    }

    @Test
    @DisplayName("B43 calls whose join never comes are bounded like all others")
    void b43_calls_that_never_join_are_bounded() {
        try (GatewayStand stand = new GatewayStand(
                settings -> settings.withLimits(settings.limits().withCalls(10, 10)), provider -> provider)) {
            stand.simulator.inflict(
                    Misfortune.callNotFound().at(Moment.UPGRADE).always().onSidebands());

            List<Integer> statuses = IntStream.range(0, 15)
                    .mapToObj(n -> stand.offer().statusCode())
                    .toList();

            assertThat(statuses).filteredOn(status -> status == 201).hasSize(10);
            assertThat(statuses).filteredOn(status -> status == 429).hasSize(5);
        }
    }
}
