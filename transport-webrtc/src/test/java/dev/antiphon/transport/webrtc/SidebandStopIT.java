package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.answer;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class SidebandStopIT {
    private final SidebandFixture fixture = SidebandFixture.withDefaults();
    private final Hearing hearing = new Hearing();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    @Test
    @DisplayName("T-42 stop while the connection of the creation is held sends nothing or hangs up")
    void stop_while_the_connection_of_the_creation_is_held_sends_nothing_or_hangs_up() {
        Gate accept = fixture.server.holdAccept();
        Conversation conversation = fixture.start(hearing);
        accept.awaitReached(SOON);

        stop(conversation);

        accept.open();
    }

    @Test
    @DisplayName("T-42 stop before the server creates the call ends at once and the late call is hung up")
    void stop_before_the_server_creates_the_call_ends_at_once_and_the_late_call_is_hung_up() {
        Gate call = fixture.server.holdCall();
        Conversation conversation = fixture.start(hearing);
        call.awaitReached(SOON);

        stop(conversation);
        assertThat(hearing.heard).doesNotContain("answer");

        call.open();
        until(
                "the late call was hung up",
                () -> fixture.server.calls().created() == 1
                        && fixture.server.calls().live().isEmpty());
    }

    @Test
    @DisplayName("T-42 stop while the answer is withheld hangs the late call up")
    void stop_while_the_answer_is_withheld_hangs_the_late_call_up() {
        Gate late = fixture.server.holdCallAnswer();
        Conversation conversation = fixture.start(hearing);
        late.awaitReached(SOON);

        stop(conversation);
        assertThat(fixture.server.calls().live()).hasSize(1);

        late.open();
        until("the late call was hung up", () -> fixture.server.calls().live().isEmpty());
        assertThat(fixture.server.connections()).isEmpty();
    }

    @Test
    @DisplayName("T-42 stop while the upgrade is held completes no handshake")
    void stop_while_the_upgrade_is_held_completes_no_handshake() {
        Gate upgrade = fixture.server.holdUpgrade();
        Conversation conversation = fixture.start(hearing);
        Receipt receipt = conversation.sendText("A");
        upgrade.awaitReached(SOON);

        stop(conversation);

        upgrade.open();
        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.NotSent.class);
        assertThat(fixture.server.journal().received()).isEmpty();
    }

    @Test
    @DisplayName("T-42 stop between two attempts makes no other")
    void stop_between_two_attempts_makes_no_other() {
        fixture.server.joinsNotFound(99);
        Conversation conversation = fixture.start(hearing);
        awaitRefusedJoin();

        stop(conversation);
    }

    private void awaitRefusedJoin() {
        fixture.server
                .journal()
                .await(
                        "a refused join",
                        entry -> entry.kind() == JournalEntry.Kind.RESPONSE
                                && entry.type().equals("404"),
                        SOON);
    }

    @Test
    @DisplayName("T-42 stop right after the upgrade sends no queued input")
    void stop_right_after_the_upgrade_sends_no_queued_input() {
        Gate opened = fixture.server.holdOpened();
        Conversation conversation = fixture.start(hearing);
        Receipt receipt = conversation.sendText("A");
        opened.awaitReached(SOON);

        stop(conversation);

        opened.open();
        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.NotSent.class);
    }

    @Test
    @DisplayName("T-42 T-79 stop when live closes with 1000")
    void stop_when_live_closes_with_1000() {
        Conversation conversation = fixture.startJoined(hearing);
        fixture.sideband().awaitReceived("session.update", SOON);

        stop(conversation);

        fixture.sideband().awaitDisconnected(SOON);
        assertThat(fixture.sideband().closeCode()).hasValue(1000);
    }

    @Test
    @DisplayName("T-42 stop while a lost socket is joined again")
    void stop_while_a_lost_socket_is_joined_again() {
        Conversation conversation = fixture.startJoined(hearing);
        Gate upgrade = fixture.server.holdUpgrade();
        fixture.sideband().reset();
        upgrade.awaitReached(SOON);

        stop(conversation);

        upgrade.open();
    }

    @Test
    @DisplayName("T-78 T-79 stop works against a server that reads nothing")
    void stop_works_against_a_server_that_reads_nothing() {
        Conversation conversation = fixture.startJoined(hearing);
        fixture.sideband().stopReading();

        stop(conversation);
        fixture.sideband().resumeReading();
    }

    @Test
    void hang_up_that_fails_twice_is_tried_again() {
        fixture.server.inflict(
                Misfortune.refuse(HttpAnswer.empty(500)).at(Moment.HANGUP).times(2));
        Conversation conversation = fixture.startJoined(hearing);

        stop(conversation);

        until("hung up", () -> fixture.server.calls().live().isEmpty());
        assertThat(fixture.observed.orphans).isEmpty();
    }

    @Test
    void hang_up_that_never_works_is_reported() {
        fixture.server.inflict(
                Misfortune.refuse(HttpAnswer.empty(500)).at(Moment.HANGUP).times(3));
        Conversation conversation = fixture.startJoined(hearing);

        stop(conversation);

        await(fixture.transport.shutdown());
        assertThat(fixture.observed.orphans)
                .singleElement()
                .satisfies(orphan -> assertThat(orphan.call())
                        .contains(new CallId(fixture.server.calls().last().id())));
        fixture.expectedLiveCalls = 1;
    }

    @Test
    @DisplayName("T-46 server that closes in the instant of the upgrade leaves answer and end")
    void server_that_closes_in_the_instant_of_the_upgrade_leaves_answer_and_end() {
        fixture.server.inflict(Misfortune.close(1000, "over").at(Moment.OPENED).always());
        for (int run = 0; run < Integer.getInteger("antiphon.stop.runs", 200); run++) {
            Hearing each = new Hearing();
            Conversation conversation = fixture.start(each);

            Closure closure = end(conversation);
            assertThat(closure.initiator()).as("run " + run).isEqualTo(Closure.Initiator.SERVER);
            assertThat(each.awaitEnd()).isSameAs(closure);
            assertThat(each.heard).as("run " + run).containsSubsequence("answer", "joining 1", "LIVE", "closed");
            assertThat(each.count("closed")).isEqualTo(1);
        }
    }

    @Test
    void stop_at_any_moment_of_a_start_leaves_one_end_and_no_call() {
        long seed = 20_261_120;
        SplittableRandom random = new SplittableRandom(seed);
        List<Hearing> all = new ArrayList<>();
        for (int run = 0; run < 400; run++) {
            Hearing each = new Hearing();
            Conversation conversation = fixture.start(each);
            conversation.sendText("A");
            LockSupport.parkNanos(random.nextInt(12_000_000));
            conversation.close();
            end(conversation);
            each.awaitEnd();
            all.add(each);
        }

        assertThat(all).as("seed " + seed).allSatisfy(each -> {
            assertThat(each.closures).hasSize(1);
            assertThat(each.heard).endsWith("closed");
        });
        until("every call was hung up", () -> fixture.server.calls().live().isEmpty());
        assertThat(fixture.observed.orphans).isEmpty();
    }

    @Test
    void server_close_at_the_same_time_as_the_stop_leaves_one_end() {
        SplittableRandom random = new SplittableRandom(7);
        for (int run = 1; run <= 200; run++) {
            Hearing each = new Hearing();
            Conversation conversation = fixture.startJoined(each);
            Connection socket = fixture.sideband(run);
            Thread server = new Thread(() -> socket.close(1000, ""));
            server.start();
            LockSupport.parkNanos(random.nextInt(300_000));
            conversation.close();

            Closure closure = end(conversation);
            assertThat(closure.initiator()).isIn(Closure.Initiator.APPLICATION, Closure.Initiator.SERVER);
            each.awaitEnd();
            assertThat(each.count("closed")).isEqualTo(1);
            join(server);
        }
    }

    @Test
    @DisplayName("T-53 shutdown ends conversations in every phase")
    void shutdown_ends_conversations_in_every_phase() {
        Conversation live = fixture.startJoined(new Hearing());
        Gate upgrade = fixture.server.holdUpgrade();
        Conversation joining = fixture.start();
        answer(joining);
        upgrade.awaitReached(SOON);
        Gate late = fixture.server.holdCallAnswer();
        Conversation creating = fixture.start();
        late.awaitReached(SOON);

        var done = fixture.transport.shutdown();

        for (Conversation each : List.of(live, joining, creating)) {
            assertThat(end(each).code()).isEqualTo(1001);
        }
        assertThat(done.toCompletableFuture()).isNotDone();
        late.open();
        await(done);
        assertThat(fixture.server.calls().live()).isEmpty();
        upgrade.open();
    }

    private enum Odd {
        BACK_OFF,
        REJOINING,
        CLOSING
    }

    @ParameterizedTest
    @DisplayName("T-53 shutdown ends a conversation that is in between")
    @EnumSource(Odd.class)
    void shutdown_ends_a_conversation_that_is_in_between(Odd phase) {
        if (phase == Odd.BACK_OFF) {
            fixture.server.joinsNotFound(99);
        }
        Conversation conversation = fixture.start(hearing);
        Runnable release = reach(phase, conversation);

        var done = fixture.transport.shutdown();

        assertThat(end(conversation).code()).isEqualTo(phase == Odd.CLOSING ? 1000 : 1001);
        await(done);
        assertThat(fixture.server.calls().live()).isEmpty();
        hearing.awaitEnd();
        assertThat(hearing.count("closed")).isEqualTo(1);
        release.run();
    }

    /** Brings a conversation there; what undoes it. */
    private Runnable reach(Odd phase, Conversation conversation) {
        if (phase == Odd.BACK_OFF) {
            awaitRefusedJoin();
            return () -> {};
        }
        await(conversation.joined());
        Connection socket = fixture.sideband();
        socket.awaitReceived("session.update", SOON);
        if (phase == Odd.REJOINING) {
            Gate upgrade = fixture.server.holdUpgrade();
            socket.reset();
            upgrade.awaitReached(SOON);
            return upgrade::open;
        }
        socket.stopReading();
        conversation.close();
        assertThat(conversation.phase()).isEqualTo(Phase.CLOSING);
        return socket::resumeReading;
    }

    @Test
    @DisplayName("T-51 start after each kind of end works")
    void start_after_each_kind_of_end_works() {
        int joined = 0;
        for (int run = 0; run < 50; run++) {
            Hearing each = new Hearing();
            if (run % 3 == 1) {
                fixture.server.refuseUpgrades(401, 1);
            }
            Conversation conversation = fixture.start(each);
            if (run % 3 != 1) {
                await(conversation.joined());
                Connection socket = fixture.sideband(++joined);
                if (run % 3 == 0) {
                    conversation.close();
                } else {
                    socket.close(1008, "policy");
                }
            }
            end(conversation);
        }

        fixture.startJoined(hearing);
    }

    /** Stops and checks that there was one end, soon. */
    private void stop(Conversation conversation) {
        long before = System.nanoTime();
        conversation.close();
        conversation.close();

        assertThat(end(conversation).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        hearing.awaitEnd();
        assertThat(hearing.count("closed")).isEqualTo(1);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
