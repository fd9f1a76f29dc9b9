package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.antiphon.transport.webrtc.CallWebhooks.Verdict;
import dev.antiphon.transport.websocket.wire.Dialects;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallWebhooksTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_750_000_000);
    private static final byte[] KEY = "a key of some length".getBytes(StandardCharsets.UTF_8);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
    private static final String BODY = """
            {"object":"event","id":"evt_1","type":"realtime.call.incoming","created_at":1750000000,
             "data":{"call_id":"rtc_in_1","sip_headers":[{"name":"From","value":"sip:+49123@sip.test"},
                                                          {"name":"To","value":"sip:us@sip.test"}]}}""";

    private final Map<String, String> headers = new HashMap<>();
    private Instant now = NOW;
    private final CallWebhooks webhooks =
            new CallWebhooks(Dialects.realtime().sip().orElseThrow(), SECRET, new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    return this;
                }
            });

    @Test
    void signed_call_is_incoming_with_id_and_headers() {
        Verdict verdict = read("msg_1", BODY);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Incoming.class, incoming -> {
            assertThat(incoming.call().callId()).isEqualTo("rtc_in_1");
            assertThat(incoming.call().header("from")).isEqualTo("sip:+49123@sip.test");
            assertThat(incoming.call().createdAt()).isEqualTo(NOW);
        });
        assertThat(verdict.toString()).doesNotContain("rtc_in_1").doesNotContain("49123");
    }

    @Test
    void known_signature_of_the_standard_is_accepted() throws Exception {
        // The example of the Standard Webhooks reference libraries.
        CallWebhooks standard = new CallWebhooks(
                Dialects.realtime().sip().orElseThrow(),
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                Clock.fixed(Instant.ofEpochSecond(1614265330), ZoneOffset.UTC));
        headers.put("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
        headers.put("webhook-timestamp", "1614265330");
        headers.put("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

        Verdict verdict = standard.read(this::header, "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));

        // Genuine, but no event of this API.
        assertThat(verdict).isEqualTo(new Verdict.Refused("the webhook's body names no event type"));
    }

    @Test
    void same_webhook_is_told_as_repeated() {
        read("msg_1", BODY);

        assertThat(read("msg_1", BODY)).isEqualTo(new Verdict.Repeated("msg_1"));
        assertThat(read("msg_2", BODY)).isInstanceOf(Verdict.Incoming.class);
    }

    @Test
    void webhook_that_could_not_be_served_counts_again_once_forgotten() {
        assertThat(read("msg_1", BODY))
                .isInstanceOfSatisfying(Verdict.Incoming.class, incoming -> webhooks.forget(incoming.webhookId()));

        assertThat(read("msg_1", BODY)).isInstanceOf(Verdict.Incoming.class);
        assertThat(read("msg_1", BODY)).isEqualTo(new Verdict.Repeated("msg_1"));
    }

    @Test
    void webhook_that_was_not_readable_may_come_again() {
        read("msg_1", "{}");

        assertThat(read("msg_1", BODY)).isInstanceOf(Verdict.Incoming.class);
    }

    @Test
    void other_events_are_genuine_and_none_of_ours() {
        assertThat(read("msg_1", "{\"type\":\"batch.completed\",\"data\":{}}")).isEqualTo(new Verdict.Other());
    }

    @Test
    void one_of_several_signatures_is_enough() {
        sign("msg_1", BODY);
        headers.merge("webhook-signature", "v1,AAAA v2,BBBB ", (good, bad) -> bad + good);

        assertThat(webhooks.read(this::header, BODY.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Verdict.Incoming.class);
    }

    @Test
    void changed_body_is_refused() {
        sign("msg_1", BODY);

        assertThat(webhooks.read(
                        this::header, BODY.replace("rtc_in_1", "rtc_in_2").getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Verdict.Refused("no signature matches"));
    }

    @Test
    void changed_id_or_time_is_refused() {
        sign("msg_1", BODY);
        headers.put("webhook-id", "msg_2");
        assertThat(webhooks.read(this::header, BODY.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Verdict.Refused.class);

        sign("msg_1", BODY);
        headers.put("webhook-timestamp", String.valueOf(NOW.getEpochSecond() + 1));
        assertThat(webhooks.read(this::header, BODY.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-301, 301})
    void webhook_from_another_time_is_refused(long seconds) {
        sign("msg_1", BODY);
        now = NOW.plusSeconds(seconds);

        assertThat(webhooks.read(this::header, BODY.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.reason()).contains("5 minutes"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
    void missing_header_is_refused(String name) {
        sign("msg_1", BODY);
        headers.remove(name);

        assertThat(webhooks.read(this::header, BODY.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"type\":\"realtime.call.incoming\"}",
                "{\"type\":\"realtime.call.incoming\",\"data\":{\"call_id\":\"../x\"}}",
                "{\"type\":\"realtime.call.incoming\",\"data\":{}}"
            })
    void signed_nonsense_is_refused(String body) {
        assertThat(read("msg_1", body)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void ids_are_forgotten_when_they_could_not_be_accepted_any_more() {
        read("msg_1", BODY);
        now = NOW.plus(Duration.ofMinutes(11));

        assertThat(read("msg_1", BODY)).isInstanceOf(Verdict.Incoming.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "whsec_", "whsec_%%%"})
    void secret_that_is_none_is_refused_and_not_repeated(String secret) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CallWebhooks(Dialects.realtime().sip().orElseThrow(), secret))
                .withMessageNotContaining("%%%");
    }

    private Verdict read(String id, String body) {
        sign(id, body);
        return webhooks.read(this::header, body.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    private void sign(String id, String body) {
        String timestamp = String.valueOf(now.getEpochSecond());
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", timestamp);
        headers.put("webhook-signature", "v1," + signature(id + "." + timestamp + "." + body));
    }

    private static String signature(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
