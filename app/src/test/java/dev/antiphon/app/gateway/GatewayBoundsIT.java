package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.InMemoryTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The most that a gateway takes, and what that costs. The provider is in memory and holds every join back. */
@Timeout(120)
class GatewayBoundsIT {
    private static final int CALLS = 5_000;
    private static final int AT_ONCE = 50;
    /** With its engine, its event log and one waiting text of a kilobyte. */
    private static final long BYTES_PER_CALL = 32 * 1024;

    private final InMemoryTransport provider = InMemoryTransport.create();
    private final Gate joins = provider.server().holdJoins();
    private final RealtimeConversations conversations =
            RealtimeConversations.builder().sideband(provider).build();
    private final Gateway gateway = Gateway.start(
            GatewaySettings.local(0, SessionConfig.model("gpt-realtime").build())
                    .withLimits(GatewayLimits.DEFAULT
                            .withCalls(CALLS, CALLS)
                            .withCallTimes(Duration.ofHours(1), Duration.ofHours(1))),
            () -> conversations,
            new GatewayMetrics());
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String origin =
            gateway.url().toString().substring(0, gateway.url().toString().length() - 1);

    @AfterEach
    void close() {
        gateway.close();
        joins.open();
        conversations.close();
    }

    @Test
    @Tag("long")
    @DisplayName("B43 of 5,000 calls whose join never comes each costs no more than its bound; the next is refused")
    void b43_calls_that_never_join_cost_their_bound_and_no_more() {
        String warm = location(offer().join());
        type(warm, "warm").join();
        long before = heap();

        List<String> calls = new ArrayList<>(List.of(warm));
        while (calls.size() < CALLS) {
            int wave = Math.min(AT_ONCE, CALLS - calls.size());
            List<CompletableFuture<HttpResponse<String>>> offers =
                    IntStream.range(0, wave).mapToObj(n -> offer()).toList();
            List<String> begun = offers.stream()
                    .map(CompletableFuture::join)
                    .map(GatewayBoundsIT::location)
                    .toList();
            List<CompletableFuture<HttpResponse<String>>> texts =
                    begun.stream().map(call -> type(call, "x".repeat(1_000))).toList();
            assertThat(texts).allMatch(text -> text.join().statusCode() == 202);
            calls.addAll(begun);
        }

        assertThat(gateway.liveCalls()).isEqualTo(CALLS);
        assertThat((heap() - before) / CALLS).isBetween(1_000L, BYTES_PER_CALL);
        HttpResponse<String> refused = offer().join();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(provider.server().callsCreated()).isEqualTo(CALLS);
    }

    @Test
    @DisplayName("B43 texts for a call whose join never comes wait up to a bound and are refused then")
    void b43_texts_for_a_call_that_never_joins_are_bounded() {
        String call = location(offer().join());
        long taken = 0;

        HttpResponse<String> answer = type(call, "x".repeat(8_000)).join();
        while (answer.statusCode() == 202) {
            taken++;
            answer = type(call, "x".repeat(8_000)).join();
        }

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(taken * 8_000).isBetween(8_000L, 2L * 1024 * 1024);
    }

    private CompletableFuture<HttpResponse<String>> offer() {
        return send(request("/calls", "application/sdp").POST(BodyPublishers.ofString(GatewayStand.OFFER)));
    }

    private CompletableFuture<HttpResponse<String>> type(String call, String text) {
        return send(request(call + "/text", "application/json")
                .POST(BodyPublishers.ofString(Json.object().put("text", text).toString())));
    }

    private HttpRequest.Builder request(String path, String type) {
        return HttpRequest.newBuilder(URI.create(origin + path))
                .timeout(GatewayStand.SOON)
                .header("Origin", origin)
                .header("Content-Type", type);
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    private static String location(HttpResponse<String> created) {
        assertThat(created.statusCode()).isEqualTo(201);
        return created.headers().firstValue("Location").orElseThrow();
    }

    /** Bytes in use after a full collection. */
    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
