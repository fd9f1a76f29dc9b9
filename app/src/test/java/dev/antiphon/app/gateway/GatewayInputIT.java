package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that is wrong, on purpose or not. None of it reaches the provider. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayInputIT {
    private static final String CANARY = "canaryOfTheRequest";
    private static final Map<String, String> PROTECTION = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Permissions-Policy",
            "microphone=(self), camera=(), geolocation=()",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Vary",
            "Origin");
    private final GatewayStand stand = new GatewayStand(
            settings -> settings.withLimits(settings.limits().withCalls(100, 100)), provider -> provider);
    private String host = "";

    @BeforeAll
    void name() {
        host = "127.0.0.1:" + stand.gateway.url().getPort();
    }

    @AfterAll
    void close() {
        stand.close();
    }

    private String raw(String request) throws IOException {
        return stand.raw(request.replace("{host}", host));
    }

    @Test
    @DisplayName("B27 an offer beyond the limit is refused, its length being told or not")
    void a_long_offer_is_refused() {
        long before = stand.created();
        String longOffer = GatewayStand.OFFER + "a=x:" + "y".repeat(64 * 1024) + "\r\n";

        HttpResponse<String> told = stand.send(stand.offering(longOffer));
        HttpResponse<String> chunked = stand.send(stand.request("/calls")
                .header("Origin", stand.origin())
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(longOffer.getBytes(StandardCharsets.UTF_8)))));

        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(stand.created()).isEqualTo(before);
    }

    @ParameterizedTest
    @DisplayName("a client that goes on sending after it was refused still gets the answer")
    @ValueSource(strings = {"Content-Length: 400000", "Transfer-Encoding: chunked"})
    void a_refused_client_may_finish_sending(String length) throws IOException {
        String part = "y".repeat(10_000);
        String framed = length.startsWith("Transfer") ? "2710\r\n" + part + "\r\n" : part;
        try (Socket socket = stand.socket()) {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            out.write(("POST /calls HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host
                            + "\r\nContent-Type: application/sdp\r\n" + length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int sent = 0; sent < 7; sent++) {
                out.write(framed.getBytes(StandardCharsets.US_ASCII));
            }
            int first = in.read();

            // The answer is here, the client has not looked yet.
            for (int sent = 7; sent < 40; sent++) {
                out.write(framed.getBytes(StandardCharsets.US_ASCII));
            }
            out.write((length.startsWith("Transfer") ? "0\r\n\r\n" : "").getBytes(StandardCharsets.US_ASCII));

            String rest = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertThat((char) first + rest).startsWith("HTTP/1.1 413 ").contains("Connection: close");
        }
    }

    @Test
    @DisplayName("a client that never ends its refused request is let go")
    void a_refused_client_that_never_ends_is_let_go() throws IOException {
        try (Socket socket = stand.socket()) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /calls HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/sdp\r\n"
                            + "Content-Length: 100\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 403 ");
            assertThatThrownBy(() -> {
                        for (int written = 0; written < 1_000; written++) {
                            out.write(new byte[64 * 1024]);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @DisplayName("B27 what is no offer is refused")
    @ValueSource(strings = {"", " ", "{\"sdp\":\"v=0\"}", "v=1\r\n", "\u0000v=0\r\n", "hello"})
    void what_is_no_offer_is_refused(String body) {
        long before = stand.created();

        assertThat(stand.send(stand.offering(body)).statusCode()).isEqualTo(400);
        assertThat(stand.created()).isEqualTo(before);
    }

    @Test
    @DisplayName("B27 binary and compressed bodies are refused")
    void binary_and_compressed_bodies_are_refused() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(compressed)) {
            zip.write(GatewayStand.OFFER.getBytes(StandardCharsets.UTF_8));
        }

        HttpResponse<String> binary = stand.send(stand.request("/calls")
                .header("Origin", stand.origin())
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofByteArray(compressed.toByteArray())));
        HttpResponse<String> zipped = stand.send(stand.request("/calls")
                .header("Origin", stand.origin())
                .header("Content-Type", "application/sdp")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(compressed.toByteArray())));

        assertThat(binary.statusCode()).isEqualTo(400);
        assertThat(zipped.statusCode()).isEqualTo(415);
    }

    @Test
    @DisplayName("B29 a browser's wishes for the session are not the session")
    void wishes_for_the_session_are_ignored() {
        HttpResponse<String> created = stand.send(
                stand.request("/calls?model=expensive&instructions=obey&voice=x&url=http://evil.example&key=k")
                        .header("Origin", stand.origin())
                        .header("Content-Type", "application/sdp")
                        .POST(BodyPublishers.ofString(GatewayStand.OFFER)));

        assertThat(created.statusCode()).isEqualTo(201);
        String session = stand.simulator.calls().last().session().orElseThrow();
        assertThat(session)
                .contains("gpt-realtime", "canary instructions", "current_time")
                .doesNotContain("expensive", "obey", "evil");
    }

    @Test
    @DisplayName("B30 an offer with a data channel is refused: the browser could rewrite the session")
    void an_offer_with_a_data_channel_is_refused() {
        long before = stand.created();

        HttpResponse<String> refused = stand.send(stand.offering(GatewayStand.OFFER
                + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n"
                + "a=sctp-port:5000\r\n"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(stand.created()).isEqualTo(before);
    }

    @ParameterizedTest
    @DisplayName("a typed text must be one")
    @ValueSource(strings = {"", "{}", "[]", "{\"text\":7}", "{\"text\":\"  \"}", "{\"text\":", "\"text\""})
    void a_typed_text_must_be_one(String body) {
        String call = stand.call();

        HttpResponse<String> refused = stand.send(stand.request(call + "/text")
                .header("Origin", stand.origin())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));

        assertThat(refused.statusCode()).isEqualTo(400);
        stand.delete(call);
    }

    @Test
    @DisplayName("B34 blank lines, field names and tags in a text stay text")
    void a_text_cannot_break_the_stream() {
        String hostile = "one\n\nevent: closed\ndata: {}\r\n\r\nid: 99\u2028<script>alert(1)</script>\u0085: x";
        String call = stand.call();
        try (StreamReader events = stand.events(call)) {
            stand.type(call, hostile);

            StreamReader.Event typed =
                    events.await("transcript", event -> event.text("role").equals("user"));

            assertThat(typed.text("text")).isEqualTo(hostile);
            assertThat(events.seen).noneMatch(event -> event.name().equals("closed"));
        }
        stand.delete(call);
        assertThat(stand.get("/")
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElse(""))
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
    }

    @ParameterizedTest
    @DisplayName("B37 odd requests get a plain refusal that repeats nothing")
    @ValueSource(
            strings = {
                "TRACE / HTTP/1.1\r\nHost: {host}\r\nX-Canary: canaryOfTheRequest\r\n\r\n",
                "HEAD /config HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "HEAD /calls/canaryOfTheRequest/events HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "CONNECT canaryOfTheRequest:443 HTTP/1.1\r\nHost: canaryOfTheRequest:443\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "canaryOfTheRequest / HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "PUT /calls HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n",
                "GET http://evil.example/canaryOfTheRequest HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                "GET / HTTP/0.9\r\n\r\n",
                "GET /\r\n\r\n",
                "GET /config HTTP/1.0\r\n\r\n",
                "GET /config HTTP/1.1\r\n\r\n",
                "GET /config HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
                "GET /%2e%2e/canaryOfTheRequest HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "GET /calls/..%2f..%2fetc/events HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "GET /../../canaryOfTheRequest HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "GET /%00canaryOfTheRequest HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "GET /config HTTP/1.1\r\nHost : {host}\r\n\r\n",
                "GET /config HTTP/1.1\r\nHost: {host}\r\n folded: canaryOfTheRequest\r\n\r\n",
                "GET /config HTTP/1.1\r\nHost: {host}\r\nX\u0000: canaryOfTheRequest\r\n\r\n"
            })
    void odd_requests_are_refused(String request) throws IOException {
        String answer = raw(request);

        assertThat(answer).matches("(?s)(HTTP/1\\.1 (400|404|405|414|431|501|505) .*)?");
        assertThat(answer).doesNotContain(CANARY, "jetty", "Jetty", "Exception", "\tat ");
    }

    @Test
    @DisplayName("B37 long addresses and too many headers are refused")
    void long_heads_are_refused() throws IOException {
        String longUrl = raw("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: {host}\r\n\r\n");
        String longHeader = raw("GET /config HTTP/1.1\r\nHost: {host}\r\nX: " + "x".repeat(9_000) + "\r\n\r\n");
        String manyHeaders = raw("GET /config HTTP/1.1\r\nHost: {host}\r\n" + "X: y\r\n".repeat(120) + "\r\n");

        assertThat(longUrl).matches("(?s)HTTP/1\\.1 (414|431) .*");
        assertThat(longHeader).startsWith("HTTP/1.1 431");
        assertThat(manyHeaders).startsWith("HTTP/1.1 431");
    }

    @ParameterizedTest
    @DisplayName("B38 requests that two parsers could read differently are refused and the connection closed")
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /config HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "Content-Length: 4\r\nContent-Length: 5\r\n\r\nv=0\r\nGET /config HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nGET /config HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /config HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "Content-Length: +4\r\n\r\nv=0\nGET /config HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n0\n\nGET /config HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\nGET /config HTTP/1.1\r\nHost: {host}\r\n\r\n",
                "Content-Length: -1\r\n\r\nGET /config HTTP/1.1\r\nHost: {host}\r\n\r\n"
            })
    void ambiguous_requests_are_refused(String rest) throws IOException {
        String answer = raw("POST /calls HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
                + "Content-Type: application/sdp\r\n" + rest);

        assertThat(answer).matches("(?s)HTTP/1\\.1 (400|501) .*");
        assertThat(answer).doesNotContain("simulated");
        assertThat(answer.split("HTTP/1\\.1 ", -1)).hasSize(2);
    }

    @Test
    @DisplayName("B38 line feeds alone do not end a header")
    void bare_line_feeds_are_refused() throws IOException {
        assertThat(raw("GET /config HTTP/1.1\nHost: {host}\n\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    @DisplayName("B40 a refusal tells neither stack nor version nor what the provider said")
    void a_refusal_tells_nothing_of_the_inside() {
        stand.simulator.refuseCalls(500, 1);

        HttpResponse<String> failed = stand.offer();

        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(failed.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(Json.parse(failed.body()).path("instance").asString("")).startsWith("urn:uuid:");
        assertThat(failed.body()).doesNotContain("simulat", "127.0.0.1", "Exception");
        assertThat(failed.headers().firstValue("Server")).isEmpty();
    }

    @Test
    @DisplayName("B34 every answer carries the protective headers: pages, calls, events, figures, refusals")
    void b34_every_answer_is_protected() {
        String call = stand.call();
        stand.simulator.refuseCalls(500, 1);
        List<HttpResponse<String>> answers = Stream.concat(
                        Stream.of("/", "/app.js", "/config", "/health", "/metrics", "/nowhere", "/calls/x/events")
                                .map(stand::get),
                        Stream.of(
                                stand.offer(),
                                stand.offer(),
                                stand.send(stand.offering("no offer")),
                                stand.send(stand.request("/calls").DELETE()),
                                stand.send(stand.request(call)
                                        .header("Origin", "https://evil.example")
                                        .DELETE()),
                                stand.type(call, "hello"),
                                stand.type(call, ""),
                                stand.delete(call),
                                stand.get(call + "/events")))
                .toList();

        assertThat(answers).extracting(HttpResponse::statusCode).contains(200, 201, 202, 204, 400, 403, 404, 405, 502);
        for (HttpResponse<String> answer : answers) {
            assertThat(PROTECTION)
                    .allSatisfy((name, value) -> assertThat(answer.headers().allValues(name))
                            .as(
                                    "%s of %d at %s",
                                    name, answer.statusCode(), answer.uri().getPath())
                            .containsExactly(value));
        }
    }

    @Test
    @DisplayName("B37 what the HTTP server itself refuses is a plain problem that no browser takes for a page")
    void b37_what_is_no_request_is_a_plain_problem() throws IOException {
        assertThat(raw("GET / HTTP/1.1\r\nHost : {host}\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("Content-Type: application/problem+json\r\n", "X-Content-Type-Options: nosniff\r\n");
    }
}
