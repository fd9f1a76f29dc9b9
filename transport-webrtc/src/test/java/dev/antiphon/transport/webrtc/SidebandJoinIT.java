package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.answer;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.causeOf;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.received;
import static dev.antiphon.transport.webrtc.SidebandFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.transport.websocket.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SidebandJoinIT {
    private static final JoinSettings QUICK = JoinSettings.DEFAULT
            .withAttemptTimeout(Duration.ofMillis(300))
            .withDeadline(Duration.ofSeconds(2))
            .withBackoff(BackoffSettings.fixed(Duration.ofMillis(20)));

    private final SidebandFixture.Builder builder = new SidebandFixture.Builder();
    private final Hearing hearing = new Hearing();
    private SidebandFixture fixture = new SidebandFixture.Builder().start();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    @Test
    @DisplayName("T-18 join that fails twice and then works delivers the queue once")
    void join_that_fails_twice_and_then_works_delivers_the_queue_once() {
        fixture.server.refuseUpgrades(503, 2);
        Conversation conversation = fixture.start(hearing);
        Receipt receipt = conversation.sendText("A");

        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.Acknowledged.class);
        soon(() -> assertThat(hearing.heard).contains("joining 1", "joining 2", "joining 3"));
        assertThat(received(fixture.sideband())).containsOnlyOnce("A");
        soon(() -> assertThat(fixture.observed.heard).containsExactly("joined after 3"));
    }

    @Test
    @DisplayName("M7 T-23 F19 not found twice and then visible is joined")
    void not_found_twice_and_then_visible_is_joined() {
        fixture.server.joinsNotFound(2);

        fixture.startJoined(hearing);

        soon(() -> assertThat(fixture.observed.heard).containsExactly("joined after 3"));
    }

    @ParameterizedTest
    @DisplayName("T-22 F20 refusal for good ends at once and every item has its outcome")
    @ValueSource(ints = {401, 403, 400})
    void refusal_for_good_ends_at_once_and_every_item_has_its_outcome(int status) {
        fixture.server.refuseUpgrades(status, 9);
        Conversation conversation = fixture.start(hearing);
        Receipt receipt = conversation.sendText("A");

        Closure closure = hearing.awaitEnd();

        assertThat(causeOf(closure).fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
        assertThat(causeOf(closure).status()).hasValue(status);
        assertThat(causeOf(closure).getMessage()).contains("127.0.0.1:" + fixture.server.port());
        soon(() -> assertThat(hearing.heard).contains("joining 1").doesNotContain("joining 2"));
        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.NotSent.class);
        assertThat(closure.discarded().texts()).isEqualTo(1);
        assertThat(conversation.sendText("late").isAccepted()).isFalse();
    }

    @Test
    @DisplayName("T-24 wait that the server asks for is met")
    void wait_that_the_server_asks_for_is_met() {
        fixture.server.inflict(Misfortune.refuse(HttpAnswer.error(429, "rate_limit_exceeded", "slow down")
                        .andHeader("Retry-After", "1"))
                .at(Moment.UPGRADE));
        Conversation conversation = fixture.start(hearing);
        answer(conversation);

        await(conversation.joined());

        assertThat(gapBetweenJoins()).isGreaterThanOrEqualTo(Duration.ofMillis(990));
    }

    @Test
    @DisplayName("F12 redirect to another host is not followed")
    void redirect_to_another_host_is_not_followed() throws IOException {
        try (ServerSocket canary = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            canary.setSoTimeout(1);
            fixture.server.inflict(Misfortune.refuse(HttpAnswer.empty(307)
                            .andHeader("Location", "http://127.0.0.1:" + canary.getLocalPort() + "/"))
                    .at(Moment.UPGRADE));
            Conversation conversation = fixture.start(hearing);

            assertThat(causeOf(end(conversation)).status()).hasValue(307);
            org.assertj.core.api.Assertions.assertThatThrownBy(canary::accept)
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    @DisplayName("T-19 refused connections end at the deadline and the call is hung up")
    void refused_connections_end_at_the_deadline_and_the_call_is_hung_up() throws IOException {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            closedPort = socket.getLocalPort();
        }
        builder.endpoint = endpoint -> endpoint.webSocketBaseUrl("ws://127.0.0.1:" + closedPort + "/v1");
        restart(QUICK.withMaxAttempts(4));
        Conversation conversation = fixture.start(hearing);
        answer(conversation);

        Closure closure = end(conversation);
        hearing.awaitEnd();

        soon(() -> assertThat(hearing.heard).endsWith("joining 4", "closed"));
        assertThat(causeOf(closure).getMessage()).contains("4 attempts").contains("CONNECT_FAILED");
        fixture.server
                .journal()
                .await(
                        "the hang-up",
                        entry -> entry.kind() == JournalEntry.Kind.REQUEST
                                && entry.type().contains("hangup"),
                        SOON);
    }

    @Test
    @DisplayName("T-20 upgrade that hangs is given up and tried again")
    void upgrade_that_hangs_is_given_up_and_tried_again() {
        restart(QUICK.withDeadline(SOON));
        fixture.server.inflict(Misfortune.hold(new Gate("first join")).at(Moment.UPGRADE));

        fixture.startJoined(hearing);

        soon(() -> assertThat(fixture.observed.heard).containsExactly("joined after 2"));
    }

    @Test
    @DisplayName("T-20 connection that is accepted and never read is given up and tried again")
    void connection_that_is_accepted_and_never_read_is_given_up_and_tried_again() {
        restart(QUICK.withDeadline(SOON));
        Gate upgrade = fixture.server.holdUpgrade();
        Conversation conversation = fixture.start(hearing);
        upgrade.awaitReached(SOON);
        fixture.server.inflict(Misfortune.hold(new Gate("second join")).at(Moment.ACCEPTED));

        upgrade.awaitReached(2, SOON);
        upgrade.open();
        await(conversation.joined());

        soon(() -> assertThat(hearing.heard).contains("joining 3"));
    }

    @Test
    @DisplayName("T-20 TCP connect that hangs is given up at its own limit and tried again")
    void tcp_connect_that_hangs_is_given_up_at_its_own_limit_and_tried_again() throws IOException {
        try (FullBacklog full = new FullBacklog()) {
            assertGivenUpTwice("ws://127.0.0.1:" + full.port() + "/v1", "CONNECT_TIMEOUT");
        }
    }

    @Test
    @DisplayName("T-20 TLS handshake that hangs is given up at its own limit and tried again")
    void tls_handshake_that_hangs_is_given_up_at_its_own_limit_and_tried_again() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertGivenUpTwice("wss://127.0.0.1:" + silent.getLocalPort() + "/v1", "TLS_TIMEOUT");
        }
    }

    /** The call is created at the simulator; its control socket leads to a place that never answers. */
    private void assertGivenUpTwice(String webSocketUrl, String fault) {
        builder.endpoint = endpoint -> endpoint.webSocketBaseUrl(webSocketUrl);
        builder.sockets.connectTimeout(Duration.ofMillis(300)).tlsTimeout(Duration.ofMillis(300));
        restart(JoinSettings.DEFAULT.withMaxAttempts(2).withBackoff(BackoffSettings.fixed(Duration.ofMillis(20))));
        Conversation conversation = fixture.start(hearing);
        Receipt receipt = conversation.sendText("A");
        answer(conversation);

        Closure closure = end(conversation);

        assertThat(causeOf(closure).fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
        assertThat(causeOf(closure).getMessage()).contains("2 attempts").contains(fault);
        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.NotSent.class);
        hearing.awaitEnd();
        soon(() -> assertThat(hearing.heard).contains("answer", "joining 1", "joining 2"));
    }

    @Test
    @DisplayName("T-20 F25 accepted socket that stays silent is a failed attempt where a greeting is required")
    void accepted_socket_that_stays_silent_is_a_failed_attempt_where_a_greeting_is_required() {
        restart(QUICK.withReadiness(JoinSettings.Readiness.GREETED));
        Conversation conversation = fixture.start(hearing);
        Receipt receipt = conversation.sendText("A");

        Closure closure = end(conversation);

        assertThat(closure.initiator()).isEqualTo(Closure.Initiator.DEADLINE);
        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.NotSent.class);
        assertThat(fixture.server.journal().received()).isEmpty();
    }

    @Test
    @DisplayName("T-21 F18 call that is never found ends at the deadline")
    void call_that_is_never_found_ends_at_the_deadline() {
        restart(QUICK);
        fixture.server.hideNewCalls(true);
        long before = System.nanoTime();
        Conversation conversation = fixture.start(hearing);
        List<Receipt> receipts = List.of(conversation.sendText("A"), conversation.sendText("B"));
        conversation.offerAudio(new byte[960]);

        Closure closure = end(conversation);

        assertThat(closure.initiator()).isEqualTo(Closure.Initiator.DEADLINE);
        assertThat(causeOf(closure).fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
        assertThat(closure.discarded()).isEqualTo(new Closure.Discarded(2, 0, 1));
        receipts.forEach(receipt -> assertThat(await(receipt.outcome())).isInstanceOf(Outcome.NotSent.class));
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofSeconds(2), Duration.ofMillis(3_500));
        await(fixture.transport.shutdown());
        assertThat(fixture.observed.orphans)
                .as("a call that nobody may see cannot be hung up")
                .singleElement()
                .satisfies(orphan -> assertThat(orphan.call())
                        .contains(new CallId(fixture.server.calls().last().id())));
        fixture.expectedLiveCalls = 1;
    }

    @Test
    @DisplayName("T-31 F46 call that becomes visible after its conversation was stopped is hung up")
    void call_that_becomes_visible_after_its_conversation_was_stopped_is_hung_up() {
        fixture.server.hideNewCalls(true);
        Conversation conversation = fixture.start(hearing);
        answer(conversation);
        conversation.close();
        end(conversation);
        fixture.server
                .journal()
                .await(
                        "a hang-up that found nothing",
                        entry -> entry.kind() == JournalEntry.Kind.REQUEST
                                && entry.type().contains("hangup"),
                        SOON);

        fixture.server.calls().last().reveal();

        SidebandFixture.until(
                "it was hung up", () -> fixture.server.calls().live().isEmpty());
        assertThat(fixture.observed.orphans).isEmpty();
    }

    @Test
    @DisplayName(
            "T-30 F22 socket that is reset before session update is read is joined again and nothing is lost or doubled")
    void socket_that_is_reset_before_session_update_is_read_is_joined_again_and_nothing_is_lost_or_doubled() {
        for (int run = 0; run < 20; run++) {
            fixture.server.inflict(Misfortune.reset().at(Moment.OPENED));
            Conversation conversation = fixture.start();
            Receipt receipt = conversation.sendText("A");

            assertThat(await(receipt.outcome())).as("run " + run).isInstanceOf(Outcome.Acknowledged.class);
            List<String> all = fixture.server.connections().stream()
                    .flatMap(connection -> received(connection).stream())
                    .toList();
            assertThat(all.stream().filter("A"::equals)).as("run " + run).hasSize(run + 1);
            conversation.close();
            end(conversation);
        }
    }

    @Test
    @DisplayName("T-29 first frame is queued input where session update is switched off")
    void first_frame_is_queued_input_where_session_update_is_switched_off() {
        builder.engine = engine -> engine.sessionUpdateOnJoin(false);
        restart(JoinSettings.DEFAULT);
        Conversation conversation = fixture.start(hearing);
        Receipt receipt = conversation.sendText("A");

        await(receipt.outcome());

        assertThat(received(fixture.sideband())).containsExactly("A");
    }

    @Test
    @DisplayName("T-80 credentials are asked anew for each dial")
    void credentials_are_asked_anew_for_each_dial() {
        AtomicInteger asked = new AtomicInteger();
        builder.credentials = Credentials.bearer(() -> {
            asked.incrementAndGet();
            return SidebandFixture.KEY;
        });
        restart(QUICK.withDeadline(SOON));
        fixture.server.joinsNotFound(2);

        fixture.startJoined(hearing);

        assertThat(asked).hasValue(4);
    }

    @Test
    void media_goes_on_without_control_by_choice() {
        builder.settings = SidebandSettings.DEFAULT.withEnd(EndSettings.DEFAULT.keepingMediaOnJoinFailure());
        restart(QUICK);
        fixture.server.refuseUpgrades(401, 1);
        Conversation conversation = fixture.start(hearing);
        answer(conversation);

        assertThat(end(conversation).text()).endsWith("its media goes on without control");
        soon(() -> assertThat(fixture.observed.heard).containsExactly("media only"));
        assertThat(fixture.server.calls().live()).hasSize(1);
        fixture.expectedLiveCalls = 1;
    }

    @Test
    @DisplayName("T-52 joins of many conversations are bounded and all get their turn")
    void joins_of_many_conversations_are_bounded_and_all_get_their_turn() {
        builder.settings = SidebandSettings.DEFAULT.withGuard(GuardSettings.DEFAULT.withSimultaneousJoins(3));
        restart(JoinSettings.DEFAULT);
        Gate upgrade = fixture.server.holdUpgrade();
        List<Conversation> conversations =
                java.util.stream.Stream.generate(fixture::start).limit(12).toList();
        conversations.forEach(SidebandFixture::answer);
        upgrade.awaitReached(3, SOON);
        assertThat(upgrade.arrivals()).isEqualTo(3);

        upgrade.open();

        conversations.forEach(conversation -> await(conversation.joined()));
        assertThat(fixture.server.connections(Connection.Kind.SIDEBAND)).hasSize(12);
    }

    private void restart(JoinSettings join) {
        fixture.close();
        builder.settings = builder.settings.withJoin(join);
        fixture = builder.start();
    }

    private Duration gapBetweenJoins() {
        List<JournalEntry> upgrades = fixture.server.journal().entries(JournalEntry.Kind.UPGRADE_READ);
        return upgrades.get(1).at().minus(upgrades.get(0).at());
    }
}
