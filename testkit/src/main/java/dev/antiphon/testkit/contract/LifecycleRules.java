package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.TransportTraits;
import dev.antiphon.testkit.Gate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** {@link RuleGroup#LIFECYCLE}. */
interface LifecycleRules extends Rules {
    @Proves(Rule.OPEN_RETURNS_AT_ONCE)
    default void open_returns_while_the_peer_holds_the_connection() {
        Gate gate = bench().hold();

        Probe probe = bench().open();

        bench().check(probe.record().drains() == 0, "drainTo was called although the peer held the connection");
        gate.open();
        probe.awaitLive();
    }

    @Proves(Rule.OPEN_THROWS_NOTHING)
    default void open_throws_nothing_when_nobody_listens() {
        bench().peer().stopListening();

        Probe probe = bench().open();

        probe.awaitClosed();
    }

    @Proves(Rule.UNSERVED_IS_CLOSED)
    default void a_start_that_cannot_be_served_ends_in_closed() {
        StartRequest unserved =
                bench().terms().unserved().orElseGet(() -> Assumptions.abort("the adapter serves every start"));

        Probe probe = bench().open(unserved);

        Closure closure = probe.awaitClosed();
        bench().check(closure.cause().isPresent(), "closed without a cause: " + closure);
    }

    @Proves(Rule.TRAITS_STAY)
    default void traits_stay_the_same() {
        TransportTraits before = bench().transport().traits();

        bench().live().stop();

        bench().checkEqual(bench().transport().traits(), before, "traits after a conversation");
    }

    @Proves(Rule.START_STANDS)
    default void a_start_ends_in_one_standing_socket() {
        Probe probe = bench().live();

        bench().check(probe.socket().isOpen(), "the socket is closed");
        bench().checkEqual(probe.record().drains(), 1, "number of drainTo calls");
        bench().checkEqual(bench().peer().sockets().size(), 1, "number of sockets at the peer");
    }

    @Proves(Rule.CLOSED_ONCE)
    default void closed_is_reported_exactly_once() {
        Probe probe = bench().live();

        probe.stop();
        probe.stop();
        probe.awaitClosed();
        probe.stop();

        Probe marker = bench().live();
        marker.stop();
        marker.awaitClosed();
    }

    @Proves(Rule.CLOSED_IS_LAST)
    default void closed_is_last() {
        Probe probe = bench().live();
        PeerSocket socket = probe.socket();
        for (int number = 1; number <= 200; number++) {
            socket.send(Samples.event(number));
        }
        bench().await("the first event", () -> !probe.sentEvents().isEmpty());

        probe.stop();
        for (int number = 201; number <= 400; number++) {
            socket.send(Samples.event(number));
        }

        probe.awaitClosed();
    }

    @Proves(Rule.MANY_AT_ONCE)
    default void one_transport_carries_many_conversations() {
        List<Probe> probes = new ArrayList<>();
        for (int number = 1; number <= 20; number++) {
            probes.add(bench().live());
        }

        for (int number = 1; number <= probes.size(); number++) {
            probes.get(number - 1).queue(Samples.text(number));
            probes.get(number - 1).socket().send(Samples.event(number));
        }

        for (Probe probe : probes) {
            bench().await(
                            "an event for each conversation",
                            () -> probe.sentEvents().size() == 1);
            bench().await(
                            "the input of each conversation",
                            () -> Peers.inputIds(probe.socket()).size() == 1);
        }
    }

    @Proves(Rule.NO_MIXING)
    default void conversations_do_not_mix() {
        Probe one = bench().live();
        Probe other = bench().live();

        for (int number = 1; number <= 20; number++) {
            Probe probe = number % 2 == 1 ? one : other;
            probe.queue(Samples.text(number));
            probe.socket().send(Samples.event(number));
        }

        for (Probe probe : List.of(one, other)) {
            bench().await("ten events for each", () -> probe.sentEvents().size() >= 10);
            bench().await(
                            "ten inputs of each",
                            () -> Peers.inputIds(probe.socket()).size() >= 10);
        }
        bench().checkEqual(one.sentEvents(), Peers.everySecond(Samples.events(20), 0), "events of the first");
        bench().checkEqual(other.sentEvents(), Peers.everySecond(Samples.events(20), 1), "events of the second");
        bench().checkEqual(
                        Peers.inputIds(one.socket()), Peers.everySecond(Samples.inputs(20), 0), "input of the first");
        bench().checkEqual(
                        Peers.inputIds(other.socket()),
                        Peers.everySecond(Samples.inputs(20), 1),
                        "input of the second");
    }

    @Proves(Rule.NEXT_OPENS)
    default void a_new_conversation_opens_after_an_end() {
        Probe stopped = bench().live();
        stopped.stop();
        stopped.awaitClosed();
        Probe left = bench().live();
        left.socket().closeWith(1000, "bye");
        left.awaitClosed();

        Probe next = bench().live();

        next.socket().send(Samples.event(1));
        bench().await("an event on the new connection", () -> !next.sentEvents().isEmpty());
    }

    @Proves(Rule.OPEN_FROM_ANY_THREAD)
    default void open_may_be_called_by_several_threads() {
        List<Probe> probes = new ArrayList<>();
        for (int number = 1; number <= 8; number++) {
            probes.add(bench().probe());
        }

        Peers.together(probes.stream()
                .map(probe -> (Runnable) () -> bench().open(probe))
                .toList());

        probes.forEach(Probe::awaitLive);
        bench().checkEqual(bench().peer().sockets().size(), probes.size(), "number of sockets");
    }
}
