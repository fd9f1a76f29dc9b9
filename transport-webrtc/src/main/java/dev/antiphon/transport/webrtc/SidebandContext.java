package dev.antiphon.transport.webrtc;

import dev.antiphon.core.port.Scheduler;
import java.util.Set;

/**
 * What all sidebands of one transport share.
 *
 * @param background conversations, and what goes on after them
 * @param connections the open ones; a concurrent set
 */
record SidebandContext(
        SidebandSettings settings,
        Scheduler scheduler,
        EndpointBreaker breaker,
        JoinGate gate,
        HeldCalls held,
        OrphanGuard orphans,
        Announcer announcer,
        Background background,
        Set<SidebandConnection> connections) {}
