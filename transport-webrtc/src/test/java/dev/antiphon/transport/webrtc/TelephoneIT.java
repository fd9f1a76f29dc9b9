package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.wire.Dialects;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call by telephone from its webhook to its end: verified, accepted, joined by its id, talked over. */
@Timeout(60)
class TelephoneIT {
    private static final byte[] SECRET = "a secret shared with the provider".getBytes(StandardCharsets.US_ASCII);
    private static final SessionConfig SESSION = SessionConfig.builder()
            .model("gpt-realtime")
            .instructions("Be brief.")
            .build();

    private final SidebandFixture fixture = SidebandFixture.withDefaults();
    private final CallWebhooks webhooks = new CallWebhooks(
            Dialects.realtime().sip().orElseThrow(),
            "whsec_" + Base64.getEncoder().encodeToString(SECRET));
    private final CallClient calls = CallClient.of(
            RealtimeEndpoint.builder(fixture.server.baseUrl().toString())
                    .credentials(Credentials.apiKey(SidebandFixture.KEY))
                    .build(),
            fixture.resources);
    private final Hearing hearing = new Hearing();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    @Test
    void incoming_call_is_verified_accepted_joined_by_its_id_talked_over_and_hung_up() {
        Call ringing = fixture.server.ring("+4930123456");
        CallId id = incoming("msg_1", ringing);

        await(calls.accept(id, SESSION));
        Conversation conversation = join(id);
        await(conversation.joined());
        assertThat(await(conversation.sendText("Good morning").outcome())).isInstanceOf(Outcome.Acknowledged.class);
        await(conversation.requestResponse());
        until("the assistant answers", () -> hearing.hasHeardEvent("response.done"));

        assertThat(fixture.sideband().call()).contains(ringing);
        assertThat(ringing.session().orElseThrow()).contains("Be brief.");
        conversation.close();
        end(conversation);
        await(fixture.transport.idle());
        assertThat(ringing.state()).isEqualTo(Call.State.HUNG_UP);
    }

    @Test
    void webhook_that_comes_twice_starts_one_conversation() {
        Call ringing = fixture.server.ring("+1");
        incoming("msg_1", ringing);

        assertThat(webhook("msg_1", ringing.incomingEvent())).isInstanceOf(CallWebhooks.Verdict.Repeated.class);
        await(calls.reject(new CallId(ringing.id()), 486));
        assertThat(ringing.rejectedWith()).hasValue(486);
    }

    @Test
    void joined_call_is_passed_on_and_the_conversation_ends_with_it() {
        Call ringing = fixture.server.ring("+1");
        CallId id = incoming("msg_1", ringing);
        await(calls.accept(id, SESSION));
        Conversation conversation = join(id);
        await(conversation.joined());

        await(calls.refer(id, URI.create("tel:+4930999")));
        assertThat(ringing.referredTo()).hasValue("tel:+4930999");
        fixture.sideband().awaitReceived("session.update", SOON);
        ringing.end();

        assertThat(end(conversation).code()).isEqualTo(1000);
    }

    private CallId incoming(String webhookId, Call ringing) {
        CallWebhooks.Verdict verdict = webhook(webhookId, ringing.incomingEvent());
        assertThat(verdict).isInstanceOf(CallWebhooks.Verdict.Incoming.class);
        return new CallId(((CallWebhooks.Verdict.Incoming) verdict).call().callId());
    }

    private CallWebhooks.Verdict webhook(String id, String body) {
        String now = Long.toString(Instant.now().getEpochSecond());
        Map<String, String> headers = Map.of(
                "webhook-id",
                id,
                "webhook-timestamp",
                now,
                "webhook-signature",
                "v1," + sign(id + "." + now + "." + body));
        return webhooks.read(name -> Optional.ofNullable(headers.get(name)), body.getBytes(StandardCharsets.UTF_8));
    }

    private static String sign(String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Conversation join(CallId call) {
        return RealtimeConversations.builder()
                .selector(start -> new TransportChoice(
                        fixture.transport.joining(fixture.transport.ticketFor(call)), "a telephone call was accepted"))
                .build()
                .start(new StartRequest(SESSION, Optional.empty()), hearing);
    }
}
