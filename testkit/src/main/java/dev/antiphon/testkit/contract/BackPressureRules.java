package dev.antiphon.testkit.contract;

import dev.antiphon.testkit.Gate;
import java.util.List;

/** {@link RuleGroup#BACK_PRESSURE}: a slow reader holds the server back, and loses nothing. */
interface BackPressureRules extends Rules {
    /** Events of a flood; a paused adapter may still deliver what it had read before it heard of the pause. */
    int FLOOD = 400;

    /** Size of one of them, so that a flood does not fit into one read. */
    int FLOOD_BYTES = 4096;

    /** More than this after a pause is not a rest of an earlier read. */
    int A_FEW = 100;

    @Proves(Rule.PAUSE_STOPS)
    default void a_paused_connection_stops_delivering() {
        Probe probe = bench().live();
        probe.connection().pauseReceiving();

        flood(probe);

        int delivered = probe.sentEvents().size();
        bench().check(delivered <= A_FEW, delivered + " of " + FLOOD + " events were reported while paused");
        probe.connection().resumeReceiving();
        bench().await("the events after resume", () -> probe.sentEvents().size() >= FLOOD);
    }

    @Proves(Rule.RESUME_DELIVERS)
    default void resume_delivers_everything_in_order() {
        Probe probe = bench().live();
        probe.connection().pauseReceiving();
        flood(probe);

        probe.connection().resumeReceiving();

        bench().await("all events after resume", () -> probe.sentEvents().size() >= FLOOD);
        bench().checkEqual(probe.sentEvents(), Samples.events(FLOOD), "the events that were reported");
    }

    @Proves(Rule.PAUSE_BEFORE_SOCKET)
    default void a_pause_before_the_socket_holds_from_its_first_event() {
        Gate join = bench().peer().holdHandshakes();
        Probe probe = bench().open();
        bench().await("a handshake", () -> bench().peer().handshakes() > 0);
        probe.connection().pauseReceiving();
        join.open();
        probe.awaitLive();

        flood(probe);

        int delivered = probe.sentEvents().size();
        bench().check(delivered <= A_FEW, delivered + " of " + FLOOD + " events were reported while paused");
        probe.connection().resumeReceiving();
        bench().await("all events after resume", () -> probe.sentEvents().size() >= FLOOD);
    }

    @Proves(Rule.WRITES_WHILE_PAUSED)
    default void writing_goes_on_while_paused() {
        Probe probe = bench().live();
        probe.connection().pauseReceiving();

        flood(probe);

        bench().checkEqual(Peers.inputIds(probe.socket()), Samples.inputs(20), "the input that arrived while paused");
        probe.connection().resumeReceiving();
    }

    @Proves(Rule.PAUSE_IS_IDEMPOTENT)
    default void two_pauses_need_one_resume() {
        Probe probe = bench().live();
        probe.connection().pauseReceiving();
        probe.connection().pauseReceiving();
        probe.socket().send(Samples.event(1));

        probe.connection().resumeReceiving();

        bench().await("the event after one resume", () -> probe.sentEvents().equals(List.of(Samples.event(1))));
    }

    @Proves(Rule.PONG_WHILE_PAUSED)
    default void pings_are_answered_while_paused() {
        Probe probe = bench().live();
        probe.connection().pauseReceiving();
        for (int number = 1; number <= 20; number++) {
            probe.socket().send(Samples.event(number));
        }

        probe.socket().ping();

        bench().await("a pong while paused", () -> probe.socket().pongs() >= 1);
        probe.connection().resumeReceiving();
        bench().await("the events", () -> probe.sentEvents().size() >= 20);
    }

    @Proves(Rule.CLOSE_WHILE_PAUSED)
    default void close_works_while_paused() {
        Probe probe = bench().live();
        probe.connection().pauseReceiving();
        for (int number = 1; number <= 50; number++) {
            probe.socket().send(Samples.event(number), FLOOD_BYTES);
        }

        probe.stop();

        Peers.expectRequested(bench(), probe);
    }

    /** Sends many events, then takes twenty inputs across, one after the other, to give them time to arrive. */
    private void flood(Probe probe) {
        PeerSocket socket = probe.socket();
        for (int number = 1; number <= FLOOD; number++) {
            socket.send(Samples.event(number), FLOOD_BYTES);
        }
        for (int number = 1; number <= 20; number++) {
            int count = number;
            probe.queue(Samples.text(number));
            bench().await(
                            "input " + number + " while paused",
                            () -> Peers.inputIds(socket).size() >= count);
        }
    }
}
