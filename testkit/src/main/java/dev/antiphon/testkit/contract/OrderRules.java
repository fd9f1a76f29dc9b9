package dev.antiphon.testkit.contract;

import dev.antiphon.testkit.Gate;
import java.util.List;

/** {@link RuleGroup#ORDER}: nothing is lost, doubled or reordered while the socket stands. */
interface OrderRules extends Rules {
    @Proves(Rule.DRAINED_INPUT_ARRIVES)
    default void input_that_waited_arrives() {
        Gate join = bench().peer().holdHandshakes();
        Probe probe = bench().open();
        probe.queue(Samples.texts(1, 64));

        join.open();

        bench().await("64 inputs", () -> Peers.inputIds(probe.socket()).size() >= 64);
        bench().checkEqual(Peers.inputIds(probe.socket()), Samples.inputs(64), "the input that arrived");
    }

    @Proves(Rule.INPUT_ORDER)
    default void input_arrives_in_the_order_of_writing() {
        Probe probe = bench().live();

        for (int number = 1; number <= 500; number++) {
            probe.queue(Samples.text(number));
        }

        bench().await("500 inputs", () -> Peers.inputIds(probe.socket()).size() >= 500);
        bench().checkEqual(Peers.inputIds(probe.socket()), Samples.inputs(500), "the input that arrived");
    }

    @Proves(Rule.EVENT_ORDER)
    default void events_arrive_in_the_order_of_sending() {
        Probe probe = bench().live();

        for (int number = 1; number <= 1000; number++) {
            probe.socket().send(Samples.event(number));
        }

        bench().await("1000 events", () -> probe.sentEvents().size() >= 1000);
        bench().checkEqual(probe.sentEvents(), Samples.events(1000), "the events that were reported");
    }

    @Proves(Rule.BOTH_WAYS)
    default void both_ways_keep_their_order() {
        Probe probe = bench().live();
        PeerSocket socket = probe.socket();

        Peers.together(List.of(
                () -> {
                    for (int number = 1; number <= 300; number++) {
                        probe.queue(Samples.text(number));
                    }
                },
                () -> {
                    for (int number = 1; number <= 300; number++) {
                        socket.send(Samples.event(number));
                    }
                }));

        bench().await("300 events", () -> probe.sentEvents().size() >= 300);
        bench().await("300 inputs", () -> Peers.inputIds(socket).size() >= 300);
        bench().checkEqual(probe.sentEvents(), Samples.events(300), "the events that were reported");
        bench().checkEqual(Peers.inputIds(socket), Samples.inputs(300), "the input that arrived");
    }

    @Proves(Rule.EVENTS_BEFORE_CLOSE)
    default void events_before_the_servers_close_come_before_closed() {
        Probe probe = bench().live();
        for (int number = 1; number <= 50; number++) {
            probe.socket().send(Samples.event(number));
        }

        probe.socket().closeWith(1000, "bye");

        probe.awaitClosed();
        bench().checkEqual(probe.sentEvents(), Samples.events(50), "the events that were reported before closed");
    }

    @Proves(Rule.FIRST_EVENT_KEPT)
    default void an_event_right_after_the_upgrade_is_kept() {
        for (int round = 1; round <= 20; round++) {
            Probe probe = bench().open();

            probe.socket().send(Samples.event(round));

            bench().await(
                            "the event sent right after the upgrade",
                            () -> !probe.sentEvents().isEmpty());
            probe.stop();
            probe.awaitClosed();
        }
    }

    @Proves(Rule.LARGE_INPUT)
    default void a_large_input_arrives_whole() {
        Probe probe = bench().live();
        String large = "0123456789abcdef".repeat(1 << 16);

        probe.queue(Samples.text(1), Samples.text(2, large), Samples.text(3));

        bench().await("three inputs", () -> Peers.inputIds(probe.socket()).size() >= 3);
        bench().checkEqual(Peers.inputIds(probe.socket()), Samples.inputs(3), "the input that arrived");
        bench().check(
                        Peers.contentOf(probe.socket(), Samples.input(2)).equals(large),
                        "an input of " + large.length() + " characters arrived changed");
    }

    @Proves(Rule.LARGE_EVENT)
    default void a_large_event_arrives_whole() {
        Probe probe = bench().live();

        probe.socket().send(Samples.event(1));
        probe.socket().send(Samples.event(2), 1 << 20);
        probe.socket().send(Samples.event(3));

        bench().await("three events", () -> probe.sentEvents().size() >= 3);
        bench().checkEqual(probe.sentEvents(), Samples.events(3), "the events that were reported");
    }

    @Proves(Rule.TEXT_UNCHANGED)
    default void text_arrives_unchanged() {
        Probe probe = bench().live();
        probe.queue(Samples.text(1, Samples.AWKWARD));

        bench().await("the input", () -> !Peers.inputIds(probe.socket()).isEmpty());
        bench().checkEqual(Peers.contentOf(probe.socket(), Samples.input(1)), Samples.AWKWARD, "the text that arrived");
    }

    @Proves(Rule.EVENT_UNCHANGED)
    default void the_text_of_an_event_arrives_unchanged() {
        Probe probe = bench().live();

        probe.socket().say(Samples.event(1), Samples.AWKWARD);

        bench().await("the event", () -> !probe.sentEvents().isEmpty());
        bench().checkEqual(probe.saidEvents(), List.of(Samples.AWKWARD), "the text that was reported");
    }

    @Proves(Rule.FRAGMENTS_JOIN)
    default void a_message_in_several_frames_is_one_event() {
        Probe probe = bench().live();

        for (int frames = 2; frames <= 20; frames++) {
            probe.socket().sendFragmented(Samples.event(frames - 1), frames);
        }

        bench().await("19 events", () -> probe.sentEvents().size() >= 19);
        bench().checkEqual(probe.sentEvents(), Samples.events(19), "the events that were reported");
    }
}
