package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.transport.websocket.wire.ClientSecret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants secrets and looks for them in everything that the library says at the level TRACE: log lines
 * with their stack traces, messages of exceptions, {@code toString}, names of threads.
 */
@Timeout(120)
class CanaryIT extends ConversationFixture {
    private static final String KEY = "sk-canary-0123456789abcdef";
    private static final String PASSWORD = "proxy-canary-password";
    private static final String BASIC =
            Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    private static final String INSTRUCTIONS = "canary-instructions";
    private static final String SAID = "canary-said";
    private static final String HEARD = "canary-heard";
    private static final List<String> SECRETS = List.of(KEY, PASSWORD, BASIC, INSTRUCTIONS, SAID, HEARD);

    private final List<String> shown = Collections.synchronizedList(new ArrayList<>());
    private final EverythingLogged log = EverythingLogged.begin();

    @BeforeEach
    void listen_to_everything() {
        observer = new Metrics();
    }

    @AfterEach
    void stop_listening() {
        log.close();
    }

    /** What metrics are made of. */
    private final class Metrics implements ConversationObserver {
        @Override
        public void onStarted(ObservedConversation conversation) {
            show(conversation);
            show(conversation.id() + conversation.transport() + conversation.lanes());
        }

        @Override
        public void onMilestone(ObservedConversation conversation, Milestone milestone, Duration sinceStart) {
            show(milestone + " " + conversation.lanes());
        }

        @Override
        public void onEnded(ObservedConversation conversation, Closure closure) {
            show("ended " + closure);
        }
    }

    private void show(Object thing) {
        shown.add(String.valueOf(thing));
    }

    private void show(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        shown.add(text.toString());
    }

    private void nothingLeaked() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            shown.add("thread " + thread.getName());
        }
        shown.addAll(log.lines());
        assertThat(List.copyOf(shown))
                .anyMatch(text -> text.startsWith("ended "))
                .allSatisfy(text -> assertThat(text).doesNotContain(SECRETS));
    }

    private RealtimeEndpoint.Builder endpoint(String url) {
        return RealtimeEndpoint.builder(url).credentials(Credentials.apiKey(KEY));
    }

    private void converse(RealtimeEndpoint endpoint) throws Exception {
        RealtimeConversations conversations = conversations(endpoint);
        SessionConfig session = SessionConfig.builder()
                .model("gpt-realtime")
                .instructions(INSTRUCTIONS)
                .build();
        Heard listener = new Heard();
        Conversation conversation = conversations.start(StartRequest.direct(session), listener);
        show(conversation.sendText(SAID));
        var closure = end(conversation);
        show(endpoint);
        show(session);
        show(conversation);
        show(closure);
        closure.cause().ifPresent(this::show);
        listener.events().forEach(this::show);
    }

    @FaultTest
    @DisplayName("B20 refusals, resets and broken answers that quote our key keep it to themselves")
    void refusals() throws Exception {
        List<String> answers = List.of(
                "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n"
                        + "{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + "\",\"code\":\"" + KEY
                        + "\"}}",
                "HTTP/1.1 403 " + KEY + "\r\nX-Request-Id: " + KEY + "\r\nLocation: https://h/" + KEY
                        + "\r\nContent-Length: 0\r\n\r\n",
                "HTTP/" + KEY + " nonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\n" + KEY + " : broken header\r\n\r\n",
                "HTTP/1.1 101 Switching\r\nUpgrade: " + KEY + "\r\nConnection: upgrade\r\n\r\n",
                KEY);
        for (String answer : answers) {
            try (ScriptedServer server = ScriptedServer.start(peer -> {
                peer.readHead();
                peer.send(answer);
            })) {
                converse(endpoint(server.url()).build());
            }
        }
        nothingLeaked();
    }

    @FaultTest
    @DisplayName("B20 proxies that refuse, quote or drop us keep their password and our key")
    void proxies() throws Exception {
        List<String> answers = List.of(
                "HTTP/1.1 407 Proxy Authentication Required\r\nX-Echo: " + BASIC + "\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 502 " + PASSWORD + "\r\n\r\n",
                BASIC + "\r\n\r\n");
        for (String answer : answers) {
            try (ScriptedServer proxy = ScriptedServer.start(peer -> {
                peer.readHead();
                peer.send(answer);
            })) {
                ProxySettings settings =
                        ProxySettings.httpConnect("127.0.0.1", proxy.port()).withCredentials("user", PASSWORD);
                show(settings);
                converse(endpoint("https://origin.invalid/v1").proxy(settings).build());
            }
        }
        try (ScriptedServer proxy = ScriptedServer.start(peer -> {
            peer.readBytes(4);
            peer.send(ServerFrames.bytes(5, 2));
            peer.readBytes(4);
            peer.send(ServerFrames.bytes(1, 1));
        })) {
            ProxySettings settings =
                    ProxySettings.socks5("127.0.0.1", proxy.port()).withCredentials("user", PASSWORD);
            show(settings);
            converse(endpoint("https://origin.invalid/v1").proxy(settings).build());
        }
        nothingLeaked();
    }

    @FaultTest
    @DisplayName("B20 TLS that fails says why and nothing else")
    void tls(@TempDir Path directory) throws Exception {
        TestCertificate unknown = TestCertificate.make(directory, "unknown", "ip:127.0.0.1");
        try (ScriptedServer server = ScriptedServer.over(unknown.listen(), peer -> peer.readHead())) {
            converse(endpoint(server.url()).build());
        }
        try (ScriptedServer server = ScriptedServer.start(peer -> peer.send("not TLS " + KEY))) {
            converse(endpoint("wss://127.0.0.1:" + server.port() + "/v1").build());
        }
        nothingLeaked();
    }

    @FaultTest
    @DisplayName("B20 a whole conversation at TRACE shows neither key nor instructions nor a word that was said")
    void conversation() throws Exception {
        RealtimeSimulator server = serve(builder -> builder.script((connection, event) -> {
            if (event.type().equals("conversation.item.create")) {
                quote(connection);
            }
            return false;
        }));
        server.inflict(Misfortune.reset().at(Moment.received("conversation.item.create", 1)));
        converse(endpoint(server.baseUrl().toString()).build());
        server.relent();
        RealtimeSimulator closing = serve(builder -> builder.script((connection, event) -> {
            if (event.type().equals("conversation.item.create")) {
                quote(connection);
                connection.sendRaw(ServerFrames.bytes(0xc1, 1, 'x'));
            }
            return false;
        }));
        converse(endpoint(closing.baseUrl().toString()).build());
        nothingLeaked();
    }

    /** Everything in which a server may repeat content. */
    private static void quote(Connection connection) {
        connection.send(
                "{\"type\":\"response.output_text.delta\",\"event_id\":\"e1\",\"response_id\":\"r\",\"item_id\":\"i\","
                        + "\"output_index\":0,\"content_index\":0,\"delta\":\"" + HEARD + "\"}");
        connection.send("{\"type\":\"response.output_audio_transcript.done\",\"event_id\":\"e2\",\"response_id\":\"r\","
                + "\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"transcript\":\"" + HEARD + "\"}");
        connection.send("{\"type\":\"conversation.item.input_audio_transcription.completed\",\"event_id\":\"e3\","
                + "\"item_id\":\"i\",\"content_index\":0,\"transcript\":\"" + HEARD + "\"}");
        connection.send("{\"type\":\"weather.changed\",\"said\":\"" + HEARD + "\"}");
        connection.send("{\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":\"you said " + HEARD + "\"}}");
        connection.send(HEARD);
    }

    @FaultTest
    @DisplayName("B20 credentials, headers and URLs that cannot be used are refused without being repeated")
    void refused_at_the_door() throws Exception {
        String url = nobody();
        show(catchThrowable(() -> Credentials.apiKey(KEY + "\n")));
        show(catchThrowable(() -> Credentials.header("api-key", KEY + "\u00e9")));
        show(catchThrowable(() -> Headers.of("x-session", KEY + "\r\nx: y")));
        show(catchThrowable(
                () -> RealtimeEndpoint.builder("https://user:" + KEY + "@h/v1").build()));
        show(catchThrowable(
                () -> RealtimeEndpoint.builder("https://h/v1#" + KEY).build()));
        show(catchThrowable(
                () -> RealtimeEndpoint.builder("https://h/v1?key=" + KEY + " x").build()));
        show(catchThrowable(() -> ProxySettings.socks5("h", 1).withCredentials("user", PASSWORD + "\n")));
        show(Credentials.apiKey(KEY));
        show(Credentials.header("api-key", KEY));
        show(Headers.of("x-session", KEY));
        show(new ClientSecret(KEY, Instant.EPOCH, new RawJson("{\"instructions\":\"" + INSTRUCTIONS + "\"}")));
        converse(RealtimeEndpoint.builder(url)
                .credentials(() -> {
                    throw new IllegalStateException("the vault refused " + KEY);
                })
                .build());
        converse(RealtimeEndpoint.builder(url)
                .credentials(Credentials.bearer(() -> KEY + "\n"))
                .build());
        nothingLeaked();
    }

    /** A port of this machine where nobody listens. */
    private static String nobody() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + free.getLocalPort() + "/v1";
        }
    }
}
