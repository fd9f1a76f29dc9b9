package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.Gate;

/** {@link RuleGroup#GRAMMAR}: {@code answer? (joining* drainTo event*)* closed}. */
interface GrammarRules extends Rules {
    @Proves(Rule.ANSWER_FIRST)
    default void the_answer_comes_first() {
        Probe probe = bench().live();

        bench().check(probe.record().answer().isPresent(), "drainTo was called without an answer");
    }

    @Proves(Rule.ANSWER_ONCE)
    default void the_answer_comes_at_most_once() {
        Probe probe = bench().live();
        probe.socket().send(Samples.event(1));

        bench().await("the event", () -> !probe.sentEvents().isEmpty());
        probe.stop();
        probe.awaitClosed();
    }

    @Proves(Rule.ANSWER_BEFORE_JOIN)
    default void the_answer_comes_while_the_join_is_held() {
        Gate join = bench().peer().holdHandshakes();

        Probe probe = bench().open();

        bench().await(
                        "the answer while the handshake is held",
                        () -> probe.record().answer().isPresent());
        bench().check(probe.record().drains() == 0, "drainTo was called although the handshake is held");
        join.open();
        probe.awaitLive();
    }

    @Proves(Rule.ANSWER_UNCHANGED)
    default void the_answer_is_the_servers_text() {
        Probe probe = bench().live();

        bench().checkEqual(
                        probe.record()
                                .answer()
                                .map(answer -> Peers.quoted(answer.text()))
                                .orElse("absent"),
                        Peers.quoted(bench().peer().answerSdp()),
                        "the answer");
    }

    @Proves(Rule.NO_OFFER_NO_ANSWER)
    default void without_an_offer_there_is_no_answer() {
        Probe probe = bench().open(StartRequest.direct(Samples.session()));

        probe.awaitLive();
        probe.socket().send(Samples.event(1));
        bench().await("the event", () -> !probe.sentEvents().isEmpty());
        bench().check(probe.record().answer().isEmpty(), "an answer was reported");
    }

    @Proves(Rule.JOIN_ANNOUNCED)
    default void an_attempt_is_announced_when_it_begins() {
        Gate join = bench().peer().holdHandshakes();

        Probe probe = bench().open();

        bench().await(
                        "joining(1) while the handshake is held",
                        () -> probe.record().attempts() == 1);
        join.open();
        probe.awaitLive();
    }

    @Proves(Rule.ATTEMPTS_COUNT)
    default void attempts_count_from_one() {
        if (bench().can(Capability.RETRIES_JOIN)) {
            bench().peer().refuseHandshakes(2, 503);
        }

        Probe probe = bench().live();

        int attempts = probe.record().attempts();
        if (bench().can(Capability.RETRIES_JOIN)) {
            bench().checkEqual(attempts, 3, "number of attempts that were announced, two of them refused,");
        } else {
            bench().check(attempts <= 1, attempts + " attempts were announced for one handshake");
        }
    }

    @Proves(Rule.DRAIN_WAITS)
    default void drain_waits_until_the_socket_stands() {
        Gate join = bench().peer().holdHandshakes();
        Probe probe = bench().open();
        bench().await("a handshake", () -> bench().peer().handshakes() > 0);

        bench().check(probe.record().drains() == 0, "drainTo was called although the handshake is held");
        join.open();
        probe.awaitLive();
    }

    @Proves(Rule.DRAIN_PER_SOCKET)
    default void drain_comes_once_for_each_socket() {
        Probe probe = bench().live();
        if (bench().can(Capability.REJOINS)) {
            probe.socket().cut();
            probe.socket(1).send(Samples.event(1));
        } else {
            probe.socket().send(Samples.event(1));
        }
        bench().await("an event", () -> !probe.sentEvents().isEmpty());

        probe.stop();
        probe.awaitClosed();

        bench().checkEqual(probe.record().drains(), bench().peer().sockets().size(), "number of drainTo calls");
    }

    @Proves(Rule.EVENT_AFTER_DRAIN)
    default void no_event_comes_before_drain() {
        int rounds = 20;
        for (int round = 1; round <= rounds; round++) {
            Gate join = bench().peer().holdHandshakes();
            Probe probe = bench().open();
            bench().await("a handshake", () -> bench().peer().handshakes() > 0);
            join.open();
            probe.socket().send(Samples.event(round));
            bench().await("the event", () -> !probe.sentEvents().isEmpty());
            probe.stop();
            probe.awaitClosed();
        }
    }
}
