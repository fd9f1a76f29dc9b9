package dev.antiphon.testkit;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.contract.Capability;
import dev.antiphon.testkit.contract.ContractSubject;
import dev.antiphon.testkit.contract.InMemoryPeer;
import dev.antiphon.testkit.contract.RealtimeTransportContract;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

class InMemoryDirectContractTest extends RealtimeTransportContract {
    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.DIRECT, Capability.SHARED_THREADS);
    }

    @Override
    protected Optional<StartRequest> unservedStart() {
        return Optional.empty();
    }

    @Override
    protected ContractSubject subject() {
        InMemoryTransport transport = InMemoryTransport.create();
        return new ContractSubject(transport, new InMemoryPeer(transport.server()));
    }
}
