package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Closure.Initiator;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.contract.CallRecord.Call;
import dev.antiphon.testkit.contract.ScriptedInputs.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link RuleGroup#FAULTS}: a fault of network or server is a value at the end, and tells the truth. */
interface FaultRules extends Rules {
    @Proves(Rule.NOBODY_LISTENS)
    default void a_refused_connection_ends_with_its_fault() {
        bench().peer().stopListening();

        Peers.expectFault(bench(), bench().open());
    }

    @Proves(Rule.UPGRADE_REFUSED)
    default void an_upgrade_refused_for_good_ends_after_one_attempt() {
        bench().peer().refuseHandshakes(Integer.MAX_VALUE, 401);

        Probe probe = bench().open();

        Peers.expectFault(bench(), probe);
        bench().checkEqual(bench().peer().handshakes(), 1, "number of handshakes after a refusal with 401");
        bench().check(probe.record().drains() == 0, "drainTo was called");
    }

    @Proves(Rule.UPGRADE_CUT)
    default void a_connection_cut_during_the_upgrade() {
        bench().peer().cutHandshake();

        Probe probe = bench().open();

        bench().await(
                        "a socket or the end",
                        () -> probe.record().drains() > 0
                                || probe.record().closure().isPresent());
        if (probe.record().drains() == 0) {
            Peers.expectFault(bench(), probe);
        } else {
            bench().check(bench().peer().handshakes() >= 2, "drainTo was called for a handshake that was cut");
        }
    }

    @Proves(Rule.JOIN_RETRIED)
    default void an_attempt_that_failed_for_a_passing_reason_is_repeated() {
        bench().peer().refuseHandshakes(1, 503);

        Probe probe = bench().live();

        bench().checkEqual(bench().peer().handshakes(), 2, "number of handshakes");
        probe.socket().send(Samples.event(1));
        bench().await("an event", () -> !probe.sentEvents().isEmpty());
    }

    @Proves(Rule.CALL_REFUSED)
    default void a_refused_call_ends_without_an_answer() {
        bench().peer().refuseCall(400);

        Probe probe = bench().open();

        Peers.expectFault(bench(), probe);
        bench().check(probe.record().answer().isEmpty(), "an answer was reported");
        bench().checkEqual(bench().peer().callsAsked(), 1, "number of call creations");
        bench().checkEqual(bench().peer().handshakes(), 0, "number of handshakes");
    }

    @Proves(Rule.CALL_CUT)
    default void a_call_creation_that_was_cut_is_not_repeated() {
        bench().peer().cutCall();

        Probe probe = bench().open();

        Peers.expectFault(bench(), probe);
        bench().checkEqual(bench().peer().callsAsked(), 1, "number of call creations");
    }

    @Proves(Rule.BAD_ANSWER)
    default void a_body_that_is_no_sdp_is_no_answer() {
        bench().peer().answerCall("<html><body>Welcome</body></html>");

        Probe probe = bench().open();

        Peers.expectFault(bench(), probe);
        bench().check(probe.record().answer().isEmpty(), "an answer was reported");
    }

    @Proves(Rule.SERVER_CLOSE)
    default void the_servers_close_ends_with_code_and_text() {
        for (int code : new int[] {1000, 4000}) {
            Probe probe = bench().live();

            probe.socket().closeWith(code, "over and out");

            Closure closure = probe.awaitClosed();
            bench().checkEqual(closure.initiator(), Initiator.SERVER, "the initiator");
            bench().checkEqual(closure.code(), code, "the code");
            bench().check(closure.text().contains("over and out"), "the text was \"" + closure.text() + "\"");
        }
    }

    @Proves(Rule.CLOSE_ADVISES)
    default void the_servers_close_says_whether_trying_again_can_help() {
        for (int code : new int[] {1000, 1008}) {
            Probe probe = bench().live();
            probe.socket().closeWith(code, "for good");
            bench().check(!probe.awaitClosed().recoverable(), "a close with " + code + " was called recoverable");
        }
        Probe probe = bench().live();

        probe.socket().closeWith(1011, "a passing trouble");

        if (bench().can(Capability.REJOINS)) {
            bench().await("a second drainTo", () -> probe.record().drains() == 2);
        } else {
            bench().check(probe.awaitClosed().recoverable(), "a close with 1011 was called not recoverable");
        }
    }

    @Proves(Rule.SOCKET_LOST)
    default void a_lost_socket_is_joined_again_or_ends_with_its_fault() {
        Probe probe = bench().live();

        probe.socket().cut();

        if (bench().can(Capability.REJOINS)) {
            bench().await("a second drainTo", () -> probe.record().drains() == 2);
        } else {
            Peers.expectFault(bench(), probe);
            Closure closure = probe.awaitClosed();
            bench().checkEqual(closure.code(), Closure.ABNORMAL, "the code");
            bench().check(closure.recoverable(), "a lost socket was called not recoverable");
        }
    }

    @Proves(Rule.REJOIN_GOES_ON)
    default void after_a_loss_the_new_socket_drains_and_delivers() {
        Probe probe = bench().live();
        probe.socket().send(Samples.event(1));
        bench().await("an event", () -> probe.sentEvents().size() == 1);

        probe.socket().cut();
        PeerSocket next = probe.socket(1);
        next.send(Samples.event(2));

        bench().await("an event on the new socket", () -> probe.sentEvents().size() == 2);
        probe.queue(Samples.text(1));
        bench().await("input on the new socket", () -> Peers.inputIds(next).equals(Samples.inputs(1)));
        bench().check(probe.record().attempts() >= 2, "the re-join was not announced");
    }

    @Proves(Rule.REJOIN_KEEPS_INPUT)
    default void unwritten_input_goes_to_the_next_socket_once() {
        Probe probe = bench().live();
        probe.queue(Samples.texts(1, 10));
        bench().await("the first inputs", () -> Peers.inputIds(probe.socket()).size() == 10);
        Gate join = bench().peer().holdHandshakes();
        probe.socket().cut();
        bench().await("a second handshake", () -> bench().peer().handshakes() >= 2);

        probe.queue(Samples.texts(11, 20));
        join.open();

        bench().await(
                        "the rest of the input",
                        () -> Peers.inputIds(bench().peer()).size() >= 20);
        bench().checkEqual(Peers.inputIds(bench().peer()), Samples.inputs(20), "the input that arrived");
        bench().checkEqual(probe.inputs().with(Outcome.UNKNOWN), List.of(), "input whose outcome is unknown");
    }

    @Proves(Rule.OLD_EVENTS_FENCED)
    default void an_event_of_a_lost_socket_never_follows_the_next_drain() {
        for (int round = 0; round < 5; round++) {
            Probe probe = bench().live();
            AtomicInteger before = new AtomicInteger();
            probe.record()
                    .during(Call.DRAIN, () -> before.set(probe.sentEvents().size()));
            for (int number = 1; number <= 50; number++) {
                probe.socket().send(Samples.event(number));
            }
            probe.socket().cut();
            PeerSocket next = probe.socket(1);
            next.send(Samples.event(51));
            next.send(Samples.event(52));

            bench().await("events on the new socket", () -> probe.sentEvents().contains(Samples.event(52)));

            List<String> events = probe.sentEvents();
            bench().checkEqual(
                            events.subList(before.get(), events.size()),
                            List.of(Samples.event(51), Samples.event(52)),
                            "what was reported after the second drainTo");
            probe.stop();
            probe.awaitClosed();
        }
    }

    @Proves(Rule.OLD_WRITER_FENCED)
    default void the_writer_of_a_lost_socket_writes_nothing_to_the_next() {
        Probe probe = bench().live();
        InputWriter old = probe.writer();
        probe.socket().cut();
        bench().await("a second drainTo", () -> probe.record().drains() == 2);

        CompletableFuture<Void> late = probe.write(Samples.text(1), old);

        bench().await("the late write ends", late::isDone);
        bench().check(late.isCompletedExceptionally(), "the writer of the lost socket claims to have written");
        probe.queue(Samples.text(2));
        bench().await(
                        "input on the new socket",
                        () -> !Peers.inputIds(probe.socket(1)).isEmpty());
        bench().checkEqual(
                        Peers.inputIds(probe.socket(1)),
                        List.of(Samples.input(2)),
                        "the input that arrived on the new socket");
    }

    @Proves(Rule.FAILED_CALL_ENDS)
    default void the_call_of_a_start_that_could_not_be_joined_is_hung_up() {
        bench().peer().refuseHandshakes(Integer.MAX_VALUE, 401);

        Probe probe = bench().open();

        Peers.expectFault(bench(), probe);
        bench().await("the call is hung up", () -> bench().peer().callsHungUp() == 1);
    }

    @Proves(Rule.BAD_EVENT_LIVES)
    default void an_unreadable_event_does_not_end_the_connection() {
        Probe probe = bench().live();

        probe.socket().sendGarbage();
        probe.socket().send(Samples.event(1));

        bench().await("the event behind it", () -> probe.sentEvents().size() == 1);
    }

    @Proves(Rule.BINARY_LIVES)
    default void a_binary_message_does_not_end_the_connection() {
        Probe probe = bench().live();

        probe.socket().sendBinary();
        probe.socket().send(Samples.event(1));

        bench().await("the event behind it", () -> probe.sentEvents().size() == 1);
    }

    @Proves(Rule.ERROR_EVENT_LIVES)
    default void an_error_event_does_not_end_the_connection() {
        Probe probe = bench().live();

        probe.socket().sendError(Samples.event(1));
        probe.socket().send(Samples.event(2));

        bench().await(
                        "the error and the event behind it",
                        () -> probe.sentEvents().size() == 2);
        bench().checkEqual(probe.sentEvents(), Samples.events(2), "the events that were reported");
    }

    @Proves(Rule.NO_SECRETS)
    default void an_end_tells_no_secret() {
        List<Probe> ended = new ArrayList<>();
        Probe lost = bench().live();
        lost.socket().closeWith(4000, "over");
        ended.add(lost);
        bench().peer().refuseHandshakes(Integer.MAX_VALUE, 401);
        ended.add(bench().open());
        if (bench().can(Capability.CALL_CREATION)) {
            bench().peer().refuseCall(400);
            ended.add(bench().open());
        }
        for (Probe probe : ended) {
            probe.awaitClosed();
        }
        bench().peer().stopListening();
        Probe refused = bench().open();
        refused.awaitClosed();
        ended.add(refused);

        Set<String> secrets = new TreeSet<>(bench().peer().secrets());
        secrets.add(Samples.ICE_PASSWORD);
        for (Probe probe : ended) {
            StringWriter told = new StringWriter();
            Closure closure = probe.awaitClosed();
            told.append(closure.toString());
            closure.cause().ifPresent(cause -> cause.printStackTrace(new PrintWriter(told, true)));
            told.append(String.valueOf(probe.connection()));
            for (String secret : secrets) {
                bench().check(
                                !told.toString().contains(secret),
                                "the closure tells a secret: " + closure.initiator() + " " + closure.code());
            }
        }
    }
}
