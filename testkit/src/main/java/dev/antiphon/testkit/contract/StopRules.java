package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.testkit.CloseFrame;
import dev.antiphon.testkit.Gate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** {@link RuleGroup#STOP}: one close works in every phase. */
interface StopRules extends Rules {
    @Proves(Rule.STOP_IN_CALL)
    default void stop_ends_a_running_call_creation() {
        Gate calls = bench().peer().holdCalls();
        Probe probe = bench().open();
        bench().await("a call creation", () -> bench().peer().callsAsked() == 1);

        probe.stop();

        Peers.expectRequested(bench(), probe);
        calls.open();
    }

    @Proves(Rule.STOP_IN_UPGRADE)
    default void stop_ends_a_join_under_way() {
        Gate join = bench().peer().holdHandshakes();
        Probe probe = bench().open();
        bench().await("a handshake", () -> bench().peer().handshakes() > 0);

        probe.stop();

        Peers.expectRequested(bench(), probe);
        join.open();
    }

    @Proves(Rule.STOP_IN_BACKOFF)
    default void stop_ends_the_attempts() {
        bench().peer().refuseHandshakes(Integer.MAX_VALUE, 503);
        Probe probe = bench().open();
        bench().await("a second attempt", () -> probe.record().attempts() >= 2);

        probe.stop();

        Peers.expectRequested(bench(), probe);
    }

    @Proves(Rule.STOP_LIVE)
    default void stop_ends_a_live_connection() {
        Probe probe = bench().live();
        PeerSocket socket = probe.socket();

        probe.stop();

        Peers.expectRequested(bench(), probe);
        bench().await("the peer sees the end", () -> !socket.isOpen());
    }

    @Proves(Rule.STOP_IN_REJOIN)
    default void stop_ends_a_rejoin() {
        Probe probe = bench().live();
        Gate join = bench().peer().holdHandshakes();
        probe.socket().cut();
        bench().await("a second handshake", () -> bench().peer().handshakes() >= 2);

        probe.stop();

        Peers.expectRequested(bench(), probe);
        join.open();
    }

    @Proves(Rule.STOP_WITH_STUCK_WRITES)
    default void stop_ends_a_connection_whose_writes_are_stuck() {
        Probe probe = bench().live();
        probe.socket().stopReading();
        String large = "x".repeat(1 << 18);
        for (int number = 1; number <= 64; number++) {
            probe.queue(Samples.text(number, large));
        }

        probe.stop();

        Peers.expectRequested(bench(), probe);
    }

    @Proves(Rule.STOP_WITH_SILENT_PEER)
    default void stop_ends_a_connection_whose_peer_is_silent() {
        Probe probe = bench().live();
        bench().peer().ignoreCloseFrames();

        probe.stop();

        Peers.expectRequested(bench(), probe);
    }

    @Proves(Rule.STOP_WRITES_NOTHING)
    default void a_stopped_start_writes_nothing() {
        Gate join = bench().peer().holdHandshakes();
        Probe probe = bench().open();
        probe.queue(Samples.texts(1, 5));
        bench().await("a handshake", () -> bench().peer().handshakes() > 0);

        probe.stop();
        probe.awaitClosed();
        join.open();
        Probe marker = bench().live();
        marker.stop();
        marker.awaitClosed();

        bench().checkEqual(Peers.inputIds(bench().peer()), Samples.inputs(0), "the input that arrived after the stop");
    }

    @Proves(Rule.FIRST_CLOSE_COUNTS)
    default void the_first_close_counts() {
        Probe probe = bench().live();

        probe.stop(Closure.replaced());
        probe.stop(Closure.requested());

        bench().checkEqual(probe.awaitClosed(), Closure.replaced(), "the closure that was reported");
    }

    @Proves(Rule.CLOSE_TRAVELS)
    default void code_and_text_reach_the_peer() {
        Peers.expectCloseFrame(bench(), 4001, "moved on", new CloseFrame(4001, "moved on"));
    }

    @Proves(Rule.RESERVED_CODE_STAYS)
    default void a_code_that_may_not_travel_is_sent_as_1000() {
        Probe probe = bench().live();
        PeerSocket socket = probe.socket();

        probe.stop(Closure.failed(new TransportException(Fault.CONSUMER_STALLED, "the listener is stuck")));

        probe.awaitClosed();
        bench().await("a close frame", () -> socket.closeFrame().isPresent());
        bench().checkEqual(socket.closeFrame().map(CloseFrame::code), Optional.of(1000), "the code of the close frame");
    }

    @Proves(Rule.LONG_TEXT_IS_CUT)
    default void a_long_text_is_cut() {
        Probe probe = bench().live();
        PeerSocket socket = probe.socket();
        String text = "é".repeat(100);

        probe.stop(
                new Closure(Closure.Initiator.APPLICATION, 1000, text, Optional.empty(), true, Closure.Discarded.NONE));

        probe.awaitClosed();
        bench().await("a close frame", () -> socket.closeFrame().isPresent());
        String sent = socket.closeFrame().map(CloseFrame::reason).orElse("");
        bench().check(text.startsWith(sent), "the reason that arrived is not the beginning of the text");
        bench().check(
                        sent.getBytes(StandardCharsets.UTF_8).length <= 123,
                        "a reason of " + sent.length() + " characters arrived; a close frame holds 123 bytes");
    }

    @Proves(Rule.NO_SOCKET_LATER)
    default void no_socket_is_opened_after_a_stop() {
        Gate gate = bench().hold();
        Probe probe = bench().open();
        bench().await(
                        "the first request",
                        () -> bench().peer().callsAsked() + bench().peer().handshakes() > 0);
        probe.stop();
        probe.awaitClosed();

        gate.open();
        Probe marker = bench().live();

        bench().await(
                        "one open socket, that of a later conversation",
                        () -> openSockets().size() == 1);
        openSockets().get(0).send(Samples.event(1));
        bench().await("its event", () -> !marker.sentEvents().isEmpty());
    }

    private List<? extends PeerSocket> openSockets() {
        return bench().peer().sockets().stream().filter(PeerSocket::isOpen).toList();
    }

    @Proves(Rule.STOPPED_CALL_ENDS)
    default void the_call_of_a_stopped_start_is_hung_up() {
        Gate join = bench().peer().holdHandshakes();
        Probe probe = bench().open();
        bench().await("the answer", () -> probe.record().answer().isPresent());

        probe.stop();
        probe.awaitClosed();

        bench().await("the call is hung up", () -> bench().peer().callsHungUp() == 1);
        join.open();
    }

    @Proves(Rule.LATE_CALL_ENDS)
    default void a_call_that_came_to_be_after_the_stop_is_hung_up() {
        Gate calls = bench().peer().holdCalls();
        Probe probe = bench().open();
        bench().await("a call creation", () -> bench().peer().callsAsked() == 1);

        probe.stop();
        probe.awaitClosed();
        calls.open();

        bench().await(
                        "every call is hung up",
                        () -> bench().peer().callsHungUp() == bench().peer().callsCreated());
        bench().checkEqual(bench().peer().handshakes(), 0, "number of handshakes");
    }

    @Proves(Rule.METHODS_AFTER_END)
    default void every_method_is_harmless_after_the_end() {
        Probe probe = bench().live();
        probe.stop();
        probe.awaitClosed();

        bench().returnsAtOnce("pauseReceiving", () -> probe.connection().pauseReceiving());
        bench().returnsAtOnce("resumeReceiving", () -> probe.connection().resumeReceiving());
        probe.stop();

        Probe marker = bench().live();
        marker.socket().send(Samples.event(1));
        bench().await(
                        "an event of a later conversation",
                        () -> !marker.sentEvents().isEmpty());
    }

    @Proves(Rule.CLOSE_RETURNS)
    default void close_pause_and_resume_return_at_once() {
        Gate gate = bench().hold();
        Probe probe = bench().open();
        bench().returnsAtOnce("pauseReceiving", () -> probe.connection().pauseReceiving());
        bench().returnsAtOnce("resumeReceiving", () -> probe.connection().resumeReceiving());
        gate.open();
        probe.awaitLive();
        bench().peer().ignoreCloseFrames();
        bench().returnsAtOnce("pauseReceiving", () -> probe.connection().pauseReceiving());
        bench().returnsAtOnce("resumeReceiving", () -> probe.connection().resumeReceiving());

        probe.stop();

        probe.awaitClosed();
    }
}
