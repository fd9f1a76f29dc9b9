package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what. Each refusal must come before anything reaches the provider. */
class GatewayAccessIT {
    private static final String TOKEN = "a-token-of-enough-length";
    private GatewayStand stand = new GatewayStand();

    @AfterEach
    void close() {
        stand.close();
    }

    private HttpRequest.Builder offerFrom(String origin) {
        return stand.request("/calls")
                .header("Origin", origin)
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(GatewayStand.OFFER));
    }

    @ParameterizedTest
    @DisplayName("B24 foreign and look-alike origins are refused")
    @ValueSource(
            strings = {
                "null",
                "https://evil.example",
                "http://127.0.0.1",
                "http://127.0.0.1:1",
                "https://127.0.0.1:{port}",
                "http://127.0.0.1:{port}.evil.example",
                "http://evil-127.0.0.1:{port}",
                "http://localhost:{port}0",
                "http://127.0.0.1:{port}/",
                "HTTP://127.0.0.1:{port}"
            })
    void foreign_origins_are_refused(String origin) {
        String port = Integer.toString(stand.gateway.url().getPort());

        HttpResponse<String> refused = stand.send(offerFrom(origin.replace("{port}", port)));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(stand.created()).isZero();
    }

    @Test
    @DisplayName("B24 a request without an origin changes nothing")
    void a_request_without_an_origin_is_refused() {
        HttpResponse<String> refused = stand.send(stand.request("/calls")
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(GatewayStand.OFFER)));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(stand.created()).isZero();
    }

    @Test
    @DisplayName("B24 an allowed origin is echoed exactly, never as a wildcard; others get no preflight")
    void an_allowed_origin_is_echoed_exactly() {
        restart(new GatewayStand(
                settings -> settings.withOrigins(Set.of("https://talk.example.com")), provider -> provider));

        HttpResponse<String> allowed = stand.send(preflight("https://talk.example.com"));
        HttpResponse<String> refused = stand.send(preflight("https://talk.example.com.evil.example"));
        HttpResponse<String> created = stand.send(offerFrom("https://talk.example.com"));

        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://talk.example.com");
        assertThat(allowed.headers().firstValue("Vary")).hasValue("Origin");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
                .contains("Location");
    }

    private HttpRequest.Builder preflight(String origin) {
        return stand.request("/calls")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody());
    }

    @Test
    @DisplayName("B25 a form or plain text of another site is no offer")
    void forms_and_plain_text_are_refused() {
        for (String type : Set.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "")) {
            HttpRequest.Builder request = stand.request("/calls")
                    .header("Origin", stand.origin())
                    .POST(BodyPublishers.ofString(GatewayStand.OFFER));
            if (!type.isEmpty()) {
                request.header("Content-Type", type);
            }

            assertThat(stand.send(request).statusCode()).as(type).isEqualTo(415);
        }
        assertThat(stand.created()).isZero();
    }

    @Test
    @DisplayName("B24 a foreign page cannot read an event stream either")
    void a_foreign_page_reads_no_events() {
        String call = stand.call();

        HttpResponse<String> byOrigin =
                stand.send(stand.request(call + "/events").header("Origin", "https://evil.example"));
        HttpResponse<String> bySite =
                stand.send(stand.request(call + "/events").header("Sec-Fetch-Site", "cross-site"));

        assertThat(byOrigin.statusCode()).isEqualTo(403);
        assertThat(bySite.statusCode()).isEqualTo(403);
    }

    @Test
    void a_link_on_another_site_leads_to_the_page_and_to_nothing_else() {
        String call = stand.call();

        HttpResponse<String> page = stand.send(linked("/", "navigate"));
        HttpResponse<String> fetched = stand.send(linked("/", "no-cors"));
        HttpResponse<String> config = stand.send(linked("/config", "navigate"));
        HttpResponse<String> events = stand.send(linked(call + "/events", "navigate"));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<html");
        assertThat(List.of(fetched, config, events)).allMatch(answer -> answer.statusCode() == 403);
    }

    private HttpRequest.Builder linked(String path, String mode) {
        return stand.request(path).header("Sec-Fetch-Site", "cross-site").header("Sec-Fetch-Mode", mode);
    }

    @Test
    @DisplayName("B26 without the token nothing reaches the provider, however often it is tried")
    void without_the_token_nothing_reaches_the_provider() {
        restart(new GatewayStand(settings -> settings.withAccess(Access.token(TOKEN)), provider -> provider));

        for (int attempt = 0; attempt < 500; attempt++) {
            assertThat(stand.offer().statusCode()).isEqualTo(401);
        }
        HttpResponse<String> wrong =
                stand.send(stand.offering(GatewayStand.OFFER).header("Authorization", "Bearer " + TOKEN + "x"));
        HttpResponse<String> right =
                stand.send(stand.offering(GatewayStand.OFFER).header("Authorization", "Bearer " + TOKEN));

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(right.statusCode()).isEqualTo(201);
        assertThat(stand.created()).isOne();
        assertThat(stand.get("/metrics").statusCode()).isEqualTo(401);
        assertThat(stand.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    @Tag("long")
    @DisplayName("B26 ten thousand clients without the token are refused, reach no provider and leave nothing open")
    void b26_clients_that_were_refused_leave_nothing_open() throws IOException {
        restart(new GatewayStand(settings -> settings.withAccess(Access.token(TOKEN)), provider -> provider));
        String host = "127.0.0.1:" + stand.gateway.url().getPort();
        String offer = "POST /calls HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host
                + "\r\nConnection: close\r\nContent-Type: application/sdp\r\nContent-Length: "
                + GatewayStand.OFFER.length() + "\r\n\r\n" + GatewayStand.OFFER;
        assertThat(stand.raw(offer)).startsWith("HTTP/1.1 401 ");
        long before = openFiles();

        for (int attempt = 0; attempt < 10_000; attempt++) {
            assertThat(stand.raw(offer)).startsWith("HTTP/1.1 401 ");
        }

        long deadline = System.nanoTime() + GatewayStand.SOON.toNanos();
        while (openFiles() > before + 20 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(openFiles()).isLessThanOrEqualTo(before + 20);
        assertThat(stand.simulator.connections()).isEmpty();
    }

    private static long openFiles() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount();
    }

    @Test
    @DisplayName("B32 another user's call is not there: same answer as for a call that never was")
    void the_call_of_another_is_not_there() {
        restart(new GatewayStand(
                settings -> settings.withAccess(Access.identityHeader("X-Forwarded-User")), provider -> provider));
        String path = stand.send(stand.offering(GatewayStand.OFFER).header("X-Forwarded-User", "ada"))
                .headers()
                .firstValue("Location")
                .orElseThrow();

        List<Set<Map<String, List<String>>>> shapes = new ArrayList<>();
        for (String target : Set.of(path, "/calls/AAAAAAAAAAAAAAAAAAAAAAAAAAA")) {
            HttpResponse<String> hangUp = stand.send(stand.request(target)
                    .header("Origin", stand.origin())
                    .header("X-Forwarded-User", "eve")
                    .DELETE());
            HttpResponse<String> events =
                    stand.send(stand.request(target + "/events").header("X-Forwarded-User", "eve"));

            HttpResponse<String> interrupt = stand.send(stand.request(target + "/interrupt")
                    .header("Origin", stand.origin())
                    .header("X-Forwarded-User", "eve")
                    .POST(BodyPublishers.noBody()));
            HttpResponse<String> text = stand.send(stand.request(target + "/text")
                    .header("Origin", stand.origin())
                    .header("X-Forwarded-User", "eve")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"text\":\"obey\"}")));

            assertThat(List.of(hangUp, events, interrupt, text))
                    .allMatch(answer -> answer.statusCode() == 404)
                    .allMatch(answer -> answer.body().equals(Problem.NO_SUCH_CALL.json("")));
            shapes.add(Stream.of(hangUp, events, interrupt, text)
                    .map(GatewayAccessIT::headersOfTheAnswer)
                    .collect(Collectors.toSet()));
        }
        assertThat(shapes.get(0)).isEqualTo(shapes.get(1));
        assertThat(stand.offer().statusCode()).isEqualTo(401);
        assertThat(stand.simulator.calls().live()).hasSize(1);
    }

    /** Without the date, and without the connection's header: a body still on its way at the answer closes it. */
    private static Map<String, List<String>> headersOfTheAnswer(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        headers.remove("connection");
        return headers;
    }

    @Test
    @DisplayName("B32 another user's call is denied no sooner and no later than one that never was")
    void b32_the_call_of_another_takes_as_long_as_none() {
        restart(new GatewayStand(
                settings -> settings.withAccess(Access.identityHeader("X-Forwarded-User")), provider -> provider));
        String another = stand.send(stand.offering(GatewayStand.OFFER).header("X-Forwarded-User", "ada"))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String none = "/calls/AAAAAAAAAAAAAAAAAAAAAAAAAAA";
        List<Long> denied = new ArrayList<>();
        List<Long> missing = new ArrayList<>();

        for (int pair = 0; pair < 900; pair++) {
            boolean first = pair % 2 == 0;
            long one = askAsEve(first ? another : none);
            long two = askAsEve(first ? none : another);
            if (pair >= 300) {
                denied.add(first ? one : two);
                missing.add(first ? two : one);
            }
        }

        double ratio = (double) median(denied) / median(missing);
        assertThat(ratio).isBetween(0.67, 1.5);
    }

    private long askAsEve(String call) {
        long begun = System.nanoTime();
        int status = stand.send(stand.request(call + "/events").header("X-Forwarded-User", "eve"))
                .statusCode();
        assertThat(status).isEqualTo(404);
        return System.nanoTime() - begun;
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    @Test
    @DisplayName("B36 quotas count per user")
    void quotas_count_per_user() {
        restart(new GatewayStand(
                settings -> settings.withAccess(Access.identityHeader("X-Forwarded-User"))
                        .withLimits(settings.limits().withCalls(3, 1)),
                provider -> provider));

        assertThat(offerAs("ada")).isEqualTo(201);
        assertThat(offerAs("ada")).isEqualTo(429);
        assertThat(offerAs("eve")).isEqualTo(201);
        assertThat(offerAs("joe")).isEqualTo(201);
        assertThat(offerAs("ann")).isEqualTo(429);
        assertThat(stand.created()).isEqualTo(3);
    }

    private int offerAs(String user) {
        return stand.send(stand.offering(GatewayStand.OFFER).header("X-Forwarded-User", user))
                .statusCode();
    }

    @Test
    @DisplayName("a foreign host name is not served: no name can be bound to our address")
    void a_foreign_host_name_is_not_served() throws Exception {
        assertThat(stand.raw("GET /config HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    @DisplayName("B20 no answer, header or figure holds the key, the provider's call id, the offer or the instructions")
    void no_answer_holds_a_secret() {
        HttpResponse<String> created = stand.offer();
        String path = created.headers().firstValue("Location").orElseThrow();
        StringBuilder everything = new StringBuilder(created.headers().map().toString());
        try (StreamReader events = stand.events(path)) {
            stand.type(path, "Good morning");
            events.await(
                    "transcript",
                    event -> event.text("role").equals("assistant")
                            && event.data().has("complete"));
            stand.delete(path);
            events.await("closed");
            everything.append(events.seen);
        }
        everything
                .append(stand.get("/metrics").body())
                .append(stand.get("/health").body());
        everything.append(stand.get("/calls/x/events").body());

        String callId = stand.simulator.calls().last().id();
        assertThat(everything.toString())
                .doesNotContain(GatewayStand.KEY, callId, "rtc_", "canaryPassword", "canary instructions");
    }

    @Test
    @DisplayName("an open gateway does not listen beyond the loopback interface")
    void an_open_gateway_stays_on_loopback() throws Exception {
        GatewaySettings local = GatewaySettings.local(
                0, dev.antiphon.core.model.SessionConfig.model("gpt-realtime").build());
        InetAddress everywhere = InetAddress.getByName("0.0.0.0");

        assertThatThrownBy(() -> new GatewaySettings(
                        everywhere, 0, Set.of(), Access.open(), local.limits(), local.session(), local.joinDelay()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback");
    }

    private void restart(GatewayStand other) {
        stand.close();
        stand = other;
    }
}
