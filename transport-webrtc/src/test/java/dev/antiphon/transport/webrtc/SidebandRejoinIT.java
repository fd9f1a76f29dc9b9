package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.causeOf;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.received;
import static dev.antiphon.transport.webrtc.SidebandFixture.soon;
import static dev.antiphon.transport.webrtc.SidebandFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.testkit.network.FaultProxy;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.JournalEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SidebandRejoinIT {
    private final SidebandFixture.Builder builder = new SidebandFixture.Builder();
    private final Hearing hearing = new Hearing();
    private SidebandFixture fixture = SidebandFixture.withDefaults();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    static Stream<Arguments> losses() {
        return Stream.of(
                loss("1001", socket -> socket.close(1001, "going away")),
                loss("1006, FIN", Connection::drop),
                loss("1006, RST", Connection::reset),
                loss("1011", socket -> socket.close(1011, "trouble")),
                loss("1012", socket -> socket.close(1012, "restart")),
                loss("1013", socket -> socket.close(1013, "later")));
    }

    private static Arguments loss(String name, Consumer<Connection> cut) {
        return Arguments.of(org.junit.jupiter.api.Named.of(name, cut));
    }

    @ParameterizedTest
    @DisplayName("T-76 F22 F27 F28 same call is joined again and what was queued is delivered once")
    @MethodSource("losses")
    void same_call_is_joined_again_and_what_was_queued_is_delivered_once(Consumer<Connection> cut) {
        Conversation conversation = fixture.startJoined(hearing);
        Connection first = fixture.sideband();
        first.awaitReceived("session.update", SOON);
        Gate upgrade = fixture.server.holdUpgrade();

        cut.accept(first);
        upgrade.awaitReached(SOON);
        Receipt receipt = conversation.sendText("A");
        upgrade.open();

        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.Acknowledged.class);
        Connection second = fixture.sideband(2);
        assertThat(second.call()).isEqualTo(first.call());
        assertThat(received(second)).startsWith("session.update", "A").hasSize(2);
        assertThat(received(first)).doesNotContain("A");
        soon(() -> assertThat(hearing.heard).containsSubsequence("LIVE", "REJOINING", "LIVE"));
        soon(() ->
                assertThat(fixture.observed.heard).containsExactly("joined after 1", "rejoining", "rejoined after 1"));
    }

    @ParameterizedTest
    @DisplayName("F26 F29 other codes end the conversation with code and text")
    @ValueSource(ints = {1000, 1002, 1003, 1007, 1008, 1009, 3000, 4000})
    void other_codes_end_the_conversation_with_code_and_text(int code) {
        Conversation conversation = fixture.startJoined(hearing);

        fixture.sideband().close(code, "the reason");

        Closure closure = end(conversation);
        assertThat(closure.initiator()).isEqualTo(Closure.Initiator.SERVER);
        assertThat(closure.code()).isEqualTo(code);
        assertThat(closure.text()).isEqualTo("the reason");
        assertThat(fixture.server.connections()).hasSize(1);
    }

    @Test
    @DisplayName("T-77 call that is over ends the conversation without more attempts")
    void call_that_is_over_ends_the_conversation_without_more_attempts() {
        Conversation conversation = fixture.startJoined(hearing);
        proveSocket();
        fixture.server.joinsNotFound(9);

        fixture.sideband().reset();

        Closure closure = end(conversation);
        assertThat(closure.initiator()).isEqualTo(Closure.Initiator.SERVER);
        assertThat(causeOf(closure).fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
        assertThat(fixture.server.journal().entries(JournalEntry.Kind.UPGRADE_READ))
                .hasSize(2);
    }

    @Test
    @DisplayName("T-76 loss ends the conversation where joining again is switched off")
    void loss_ends_the_conversation_where_joining_again_is_switched_off() {
        restart(JoinSettings.DEFAULT.withoutRejoin());
        Conversation conversation = fixture.startJoined(hearing);

        fixture.sideband().reset();

        Closure closure = end(conversation);
        assertThat(causeOf(closure).fault()).isEqualTo(Fault.CONNECTION_LOST);
        assertThat(closure.recoverable()).isTrue();
    }

    @Test
    @DisplayName("T-75 F31 missing pongs are a loss and the call is joined again")
    void missing_pongs_are_a_loss_and_the_call_is_joined_again() {
        builder.sockets.pingInterval(Duration.ofMillis(200)).pongDeadline(Duration.ofMillis(200));
        restart(JoinSettings.DEFAULT);
        fixture.startJoined(hearing);
        Connection first = fixture.sideband();
        first.awaitReceived("session.update", SOON);

        first.mutePongs();

        fixture.sideband(2);
        until("rejoined", () -> fixture.observed.heard.contains("rejoined after 1"));
    }

    @Test
    @DisplayName("F31 a line that is dead both ways is noticed, and the call is joined again when it heals")
    void line_that_is_dead_both_ways_is_noticed_and_the_call_is_joined_again_when_it_heals() {
        builder.controlThroughANetwork = true;
        builder.sockets.pingInterval(Duration.ofMillis(300)).pongDeadline(Duration.ofMillis(300));
        restart(JoinSettings.DEFAULT
                .withAttemptTimeout(Duration.ofMillis(500))
                .withBackoff(BackoffSettings.fixed(Duration.ofMillis(50))));
        FaultProxy network = Objects.requireNonNull(fixture.network);
        Conversation conversation = fixture.startJoined(hearing);
        assertThat(await(conversation.sendText("A").outcome())).isInstanceOf(Outcome.Acknowledged.class);
        long before = System.nanoTime();

        network.freeze();
        until("the loss was noticed", () -> conversation.phase() == Phase.REJOINING);
        Duration noticed = Duration.ofNanos(System.nanoTime() - before);
        Receipt receipt = conversation.sendText("B");
        network.thaw();

        assertThat(noticed).isLessThan(Duration.ofSeconds(5));
        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.Acknowledged.class);
        assertThat(fixture.server.calls().created()).isEqualTo(1);
        assertThat(fixture.server.connections().stream()
                        .flatMap(socket -> received(socket).stream())
                        .filter(text -> text.length() == 1))
                .containsExactly("A", "B");
    }

    @Test
    @DisplayName("T-78 server that stops reading meets the write timeout and memory stays bounded")
    void server_that_stops_reading_meets_the_write_timeout_and_memory_stays_bounded() {
        builder.sockets.writeTimeout(Duration.ofMillis(500));
        restart(JoinSettings.DEFAULT.withoutRejoin());
        Conversation conversation = fixture.startJoined(hearing);
        fixture.sideband().awaitReceived("session.update", SOON);

        fixture.sideband().stopReading();
        until("the write timeout", () -> {
            conversation.offerAudio(new byte[9_600]);
            assertThat(conversation.summary().audio().queued()).isLessThanOrEqualTo(256);
            return conversation.phase() == Phase.CLOSED;
        });

        assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.WRITE_TIMEOUT);
        fixture.sideband().resumeReading();
    }

    @Test
    @DisplayName("T-74 server ping is answered with its payload")
    void server_ping_is_answered_with_its_payload() {
        fixture.startJoined(hearing);

        fixture.sideband().ping("payload");

        fixture.server
                .journal()
                .await(
                        "the pong",
                        entry -> entry.kind() == JournalEntry.Kind.PONG_RECEIVED
                                && entry.type().equals("payload"),
                        SOON);
    }

    @Test
    @DisplayName("F27 F28 every one of many losses is joined again and every text arrives once")
    void every_one_of_many_losses_is_joined_again_and_every_text_arrives_once() {
        restart(JoinSettings.DEFAULT.withBackoff(BackoffSettings.fixed(Duration.ofMillis(10))));
        Conversation conversation = fixture.startJoined(hearing);
        List<Receipt> receipts = new ArrayList<>();
        for (int run = 1; run <= 10; run++) {
            Connection socket = fixture.sideband(run);
            receipts.add(conversation.sendText("T" + run));
            assertThat(await(receipts.get(run - 1).outcome())).isInstanceOf(Outcome.Acknowledged.class);
            if (run % 2 == 0) {
                socket.reset();
            } else {
                socket.close(1012, "restart");
            }
        }
        fixture.sideband(11);

        List<String> all = fixture.server.connections().stream()
                .flatMap(connection -> received(connection).stream())
                .filter(text -> text.startsWith("T"))
                .toList();
        assertThat(all).containsExactly("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10");
    }

    @Test
    void events_go_on_after_the_rejoin() {
        Conversation conversation = fixture.startJoined(hearing);
        fixture.sideband().awaitReceived("session.update", SOON);
        fixture.sideband().reset();
        fixture.sideband(2).awaitReceived("session.update", SOON);

        conversation.sendText("Hello");
        await(conversation.requestResponse());

        until("the reply", () -> hearing.hasHeardEvent("response.done"));
    }

    @Test
    void caller_who_left_is_noticed_and_the_call_ended() {
        builder.settings = builder.settings.withEnd(EndSettings.DEFAULT.endingAfterSilenceOf(Duration.ofMillis(500)));
        restart(JoinSettings.DEFAULT);
        Conversation conversation = fixture.startJoined(hearing);

        Closure closure = end(conversation);

        assertThat(closure.initiator()).isEqualTo(Closure.Initiator.DEADLINE);
        assertThat(causeOf(closure).fault()).isEqualTo(Fault.CALLER_INACTIVE);
        soon(() -> assertThat(fixture.observed.heard).endsWith("silent"));
    }

    /** Keeps the socket for as long as it takes to count as proved. */
    private void proveSocket() {
        Connection socket = fixture.sideband();
        JournalEntry update = socket.awaitReceived("session.update", SOON);
        until("the socket has proved itself", () -> {
            socket.ping("x");
            fixture.server.journal().await(JournalEntry.Kind.PONG_RECEIVED, SOON);
            List<JournalEntry> pongs = fixture.server.journal().entries(JournalEntry.Kind.PONG_RECEIVED);
            Duration stood = pongs.get(pongs.size() - 1).at().minus(update.at());
            return stood.compareTo(Duration.ofMillis(1_100)) > 0;
        });
    }

    private void restart(JoinSettings join) {
        fixture.close();
        builder.settings = builder.settings.withJoin(join);
        fixture = builder.start();
    }
}
