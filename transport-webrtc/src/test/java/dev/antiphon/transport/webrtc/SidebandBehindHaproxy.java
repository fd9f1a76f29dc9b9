package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.answer;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.causeOf;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.received;
import static dev.antiphon.transport.webrtc.SidebandFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.model.Fault;
import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.transport.websocket.TlsSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Both legs of the sideband, call creation and control socket, through haproxy with TLS. A program for
 * {@code .ci/haproxy-sideband.sh}: one line for each check, and a failure ends it with a stack trace.
 */
final class SidebandBehindHaproxy {
    private static final int LOSSES = 20;

    private final Haproxy haproxy;

    private SidebandBehindHaproxy(Haproxy haproxy) {
        this.haproxy = haproxy;
    }

    /** Runs all checks; the argument is the path of haproxy. */
    public static void main(String[] arguments) throws IOException {
        try (Haproxy haproxy = new Haproxy(arguments[0])) {
            SidebandBehindHaproxy checks = new SidebandBehindHaproxy(haproxy);
            checks.call_is_created_joined_and_hung_up();
            checks.reload_is_survived();
            checks.killed_sessions_are_survived();
            checks.asked_wait_is_met_on_both_legs();
            checks.asked_wait_past_the_deadline_is_reported();
            checks.redirected_join_is_not_followed();
            checks.redirected_creation_is_not_followed();
        }
    }

    private void call_is_created_joined_and_hung_up() {
        try (SidebandFixture fixture = fixture(haproxy.plainUrl(), SidebandSettings.DEFAULT)) {
            Conversation conversation = fixture.startJoined(new Hearing());

            assertAcknowledged(conversation, "A");
            conversation.close();
            end(conversation);
            await(fixture.transport.idle());
            assertThat(fixture.server.calls().created()).isEqualTo(1);
            assertThat(fixture.server.calls().live()).isEmpty();
        }
        passed("call created, joined and hung up");
    }

    private void reload_is_survived() throws IOException {
        try (SidebandFixture fixture = fixture(haproxy.plainUrl(), SidebandSettings.DEFAULT)) {
            Conversation conversation = fixture.startJoined(new Hearing());
            assertAcknowledged(conversation, "A");

            haproxy.reload();
            awaitSockets(fixture, 2);
            assertAcknowledged(conversation, "B");

            assertOneCall(fixture, List.of("A", "B"));
        }
        passed("reload: the same call was joined again");
    }

    private void killed_sessions_are_survived() throws IOException {
        try (SidebandFixture fixture = fixture(
                haproxy.plainUrl(),
                SidebandSettings.DEFAULT.withJoin(
                        JoinSettings.DEFAULT.withBackoff(BackoffSettings.fixed(Duration.ofMillis(10)))))) {
            Conversation conversation = fixture.startJoined(new Hearing());
            List<String> texts = new java.util.ArrayList<>();
            for (int loss = 1; loss <= LOSSES; loss++) {
                texts.add("T" + loss);
                assertAcknowledged(conversation, "T" + loss);
                haproxy.killSessions();
                awaitSockets(fixture, loss + 1);
            }
            texts.add("last");
            assertAcknowledged(conversation, "last");

            assertOneCall(fixture, texts);
        }
        passed("killed sessions: " + LOSSES + " of " + LOSSES + " losses were joined again");
    }

    private void asked_wait_is_met_on_both_legs() {
        try (SidebandFixture fixture = fixture(haproxy.throttledUrl(), SidebandSettings.DEFAULT)) {
            long begun = System.nanoTime();
            Conversation conversation = fixture.start();
            answer(conversation);
            Duration toAnswer = Duration.ofNanos(System.nanoTime() - begun);
            await(conversation.joined());
            Duration toJoined = Duration.ofNanos(System.nanoTime() - begun);

            assertThat(toAnswer).isGreaterThanOrEqualTo(Duration.ofMillis(995));
            assertThat(toJoined.minus(toAnswer)).isGreaterThanOrEqualTo(Duration.ofMillis(950));
            assertThat(fixture.server.calls().created()).isEqualTo(1);
        }
        passed("429 with Retry-After: met by creation and join");
    }

    private void asked_wait_past_the_deadline_is_reported() {
        // Another path, since this entrance has seen the usual one.
        String url = haproxy.throttledUrl().replace("/v1", "/other/v1");
        try (SidebandFixture fixture = fixture(
                url, SidebandSettings.DEFAULT.withCall(CallSettings.DEFAULT.withDeadline(Duration.ofMillis(900))))) {
            Conversation conversation = fixture.start();

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.THROTTLED);
            assertThat(end(conversation).text()).contains("1 s");
            assertThat(fixture.server.requests()).isEmpty();
        }
        passed("429 with Retry-After past the deadline: failed at once with the wait");
    }

    private void redirected_join_is_not_followed() throws IOException {
        try (SidebandFixture fixture = fixture(haproxy.joinsRedirectedUrl(), SidebandSettings.DEFAULT)) {
            Conversation conversation = fixture.start();
            answer(conversation);

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
            assertThat(causeOf(end(conversation)).status()).hasValue(307);
            await(fixture.transport.idle());
            assertThat(fixture.server.calls().created()).isEqualTo(1);
            assertThat(fixture.server.calls().live()).isEmpty();
            assertThat(haproxy.canaryWasTouched()).isFalse();
        }
        passed("307 of a join: not followed, call hung up");
    }

    private void redirected_creation_is_not_followed() throws IOException {
        try (SidebandFixture fixture = fixture(haproxy.callsRedirectedUrl(), SidebandSettings.DEFAULT)) {
            Conversation conversation = fixture.start();

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.CALL_REJECTED);
            assertThat(causeOf(end(conversation)).status()).hasValue(307);
            assertThat(fixture.server.requests()).isEmpty();
            assertThat(haproxy.canaryWasTouched()).isFalse();
        }
        passed("307 of a creation: not followed");
    }

    private SidebandFixture fixture(String url, SidebandSettings settings) {
        SidebandFixture.Builder builder = new SidebandFixture.Builder();
        builder.baseUrl = url;
        builder.settings = settings;
        builder.simulator = simulator -> simulator.port(haproxy.serverPort());
        builder.endpoint = endpoint ->
                endpoint.tls(TlsSettings.builder().trustPem(haproxy.authority()).build());
        return builder.start();
    }

    private static void assertAcknowledged(Conversation conversation, String text) {
        assertThat(await(conversation.sendText(text).outcome())).as(text).isInstanceOf(Outcome.Acknowledged.class);
    }

    private static void awaitSockets(SidebandFixture fixture, int count) {
        fixture.sideband(count).awaitReceived("session.update", SOON);
        until("joined again", () -> fixture.observed.heard.size() >= 2 * count - 1);
    }

    private static void assertOneCall(SidebandFixture fixture, List<String> texts) {
        assertThat(fixture.server.calls().created()).isEqualTo(1);
        Optional<Call> call = Optional.of(fixture.server.calls().last());
        assertThat(fixture.server.connections())
                .allMatch(socket -> socket.call().equals(call));
        assertThat(fixture.server.connections().stream()
                        .flatMap(socket -> received(socket).stream())
                        .filter(text -> !text.equals("session.update")))
                .isEqualTo(texts);
    }

    private static void passed(String what) {
        System.out.println("ok: " + what);
    }
}
