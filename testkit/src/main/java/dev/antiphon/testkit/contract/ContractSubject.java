package dev.antiphon.testkit.contract;

import dev.antiphon.core.port.RealtimeTransport;

/**
 * One adapter and the peer that it reaches, made afresh for each rule.
 *
 * @param transport the adapter under test; closed after the rule if it is {@link AutoCloseable}
 * @param peer its server's end; closed last
 */
public record ContractSubject(RealtimeTransport transport, ContractPeer peer) {}
