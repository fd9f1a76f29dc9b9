package dev.antiphon.transport.webrtc;

import java.time.Duration;

/**
 * Hears what the sidebands of a transport do beside the conversation's own events: for metrics, for
 * operators, and for whoever hands calls over. Called on event loops: methods return quickly. What
 * they throw is logged and disturbs nothing.
 */
public interface SidebandObserver {
    /** Hears nothing. */
    SidebandObserver NONE = new SidebandObserver() {};

    /**
     * A call was created; its answer is handed over next.
     *
     * @param ticket lets this or another process join the call
     * @param took from the start to the end of the server's answer, retries included
     */
    default void onCallCreated(CallTicket ticket, Duration took) {}

    /**
     * The control socket of a call stands.
     *
     * @param attempts attempts it took
     * @param took since the call was created, or since its socket was lost
     * @param rejoined whether it is a re-join; the server's events in between are gone
     */
    default void onJoined(CallTicket ticket, int attempts, Duration took, boolean rejoined) {}

    /** The control socket of a call was lost and is being joined again. */
    default void onRejoining(CallTicket ticket) {}

    /** A call could not be joined, and its media goes on without control, as the settings ask. */
    default void onMediaOnly(CallTicket ticket) {}

    /**
     * The server has been silent for the configured time: the caller seems to have left.
     *
     * @param silence since the server's last event
     */
    default void onCallerSilent(CallTicket ticket, Duration silence) {}

    /** A call may exist that nobody controls. */
    default void onPossibleOrphan(PossibleOrphan orphan) {}
}
