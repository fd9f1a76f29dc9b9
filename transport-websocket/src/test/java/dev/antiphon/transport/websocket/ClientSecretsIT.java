package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.transport.websocket.wire.ClientSecret;
import dev.antiphon.transport.websocket.wire.Dialects;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClientSecretsIT extends SocketFixture {
    private static final SessionConfig SESSION =
            SessionConfig.builder().model("gpt-realtime").voice("marin").build();

    @Test
    void a_secret_is_minted_for_a_session_and_not_shown() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            String head = peer.readHead();
            int length = Integer.parseInt(ScriptedServer.Peer.header(head, "Content-Length"));
            seen.complete(head.lines().findFirst().orElse("") + "\n"
                    + new String(peer.readBytes(length), StandardCharsets.UTF_8));
            peer.send(answer("{\"value\":\"ek_canary\",\"expires_at\":1800000000,\"session\":{\"id\":\"sess_1\"}}"));
        })) {
            ClientSecret secret = mint(server);

            assertThat(seen.get())
                    .startsWith("POST /v1/realtime/client_secrets HTTP/1.1\n")
                    .contains("\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":60}")
                    .contains("\"model\":\"gpt-realtime\"", "\"voice\":\"marin\"");
            assertThat(secret.value()).isEqualTo("ek_canary");
            assertThat(secret.expiresAt()).isEqualTo(Instant.ofEpochSecond(1_800_000_000));
            assertThat(secret.session().text()).contains("sess_1");
            assertThat(secret.toString()).doesNotContain("canary");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "{}",
                "{\"value\":7,\"expires_at\":1}",
                "{\"value\":\"ek_1\",\"expires_at\":\"soon\"}"
            })
    void an_answer_without_a_secret_is_a_violation(String body) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send(answer(body));
        })) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> mint(server))
                    .havingCause()
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            failed -> assertThat(failed.fault()).isEqualTo(Fault.PROTOCOL_VIOLATION));
        }
    }

    @Test
    void a_refusal_is_typed() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}");
        })) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> mint(server))
                    .havingCause()
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.statusCode()).isEqualTo(401));
        }
    }

    @Test
    void a_life_out_of_range_and_a_dialect_without_secrets_are_refused_at_once() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            ClientSecrets secrets = new ClientSecrets(dialer(server));
            assertThatIllegalArgumentException().isThrownBy(() -> secrets.mint(SESSION, Duration.ofSeconds(9)));
            assertThatIllegalArgumentException().isThrownBy(() -> secrets.mint(SESSION, Duration.ofHours(3)));
            ClientSecrets none = new ClientSecrets(dialer(RealtimeEndpoint.builder(server.url())
                    .dialect(Dialects.codexV1())
                    .build()));
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> none.mint(SESSION));
            assertThat(server.accepted()).isZero();
        }
    }

    private ClientSecret mint(ScriptedServer server) throws Exception {
        return new ClientSecrets(dialer(server))
                .mint(SESSION, Duration.ofSeconds(60))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static String answer(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
