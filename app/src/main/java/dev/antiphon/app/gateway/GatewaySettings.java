package dev.antiphon.app.gateway;

import dev.antiphon.core.model.SessionConfig;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway is told.
 *
 * @param address where it listens
 * @param port where it listens; 0 picks a free one
 * @param origins web origins beside its own that may use it, {@code https://talk.example.com} for example
 * @param access who may use it
 * @param limits how much of it
 * @param session the session of every call; browsers cannot change it
 * @param joinDelay holds back the next join, of a simulated upstream only
 */
public record GatewaySettings(
        InetAddress address,
        int port,
        Set<String> origins,
        Access access,
        GatewayLimits limits,
        SessionConfig session,
        Optional<JoinDelay> joinDelay) {
    public GatewaySettings {
        origins = Set.copyOf(origins);
        if (!address.isLoopbackAddress() && access.isOpen()) {
            throw new IllegalArgumentException(
                    "an open gateway listens on the loopback interface only: ask for a token or an identity header");
        }
    }

    /** A gateway for this machine, open to whoever sits at it. */
    public static GatewaySettings local(int port, SessionConfig session) {
        return new GatewaySettings(
                InetAddress.getLoopbackAddress(),
                port,
                Set.of(),
                Access.open(),
                GatewayLimits.DEFAULT,
                session,
                Optional.empty());
    }

    public GatewaySettings withLimits(GatewayLimits other) {
        return new GatewaySettings(address, port, origins, access, other, session, joinDelay);
    }

    public GatewaySettings withAccess(Access other) {
        return new GatewaySettings(address, port, origins, other, limits, session, joinDelay);
    }

    public GatewaySettings withOrigins(Set<String> others) {
        return new GatewaySettings(address, port, others, access, limits, session, joinDelay);
    }

    public GatewaySettings withJoinDelay(JoinDelay other) {
        return new GatewaySettings(address, port, origins, access, limits, session, Optional.of(other));
    }
}
