package dev.antiphon.transport.webrtc;

/**
 * What every link of one sideband works with.
 *
 * @param wire the network
 * @param timers run on the wire's owner
 * @param settings limits of a join
 * @param breaker shared by all conversations of the transport
 * @param gate shared by all conversations of the transport
 */
record LinkContext(CallWire wire, Timers timers, JoinSettings settings, EndpointBreaker breaker, JoinGate gate) {}
