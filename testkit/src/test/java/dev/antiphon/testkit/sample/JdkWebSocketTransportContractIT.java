package dev.antiphon.testkit.sample;

import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.contract.Capability;
import dev.antiphon.testkit.contract.ContractEvents;
import dev.antiphon.testkit.contract.SimulatorTransportContract;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;

class JdkWebSocketTransportContractIT extends SimulatorTransportContract {
    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.DIRECT, Capability.WIRE, Capability.SHARED_THREADS);
    }

    @Override
    protected RealtimeTransport transport(URI baseUrl) {
        URI url = URI.create("ws://" + baseUrl.getAuthority() + baseUrl.getPath() + "/realtime?model=gpt-realtime");
        return new JdkWebSocketTransport(url, API_KEY, new ContractEvents());
    }

    /** Before Java 21 an HttpClient cannot be closed: its selector ends some time after the client is collected. */
    @Override
    protected boolean isShared(Thread thread) {
        return thread.getName().startsWith("HttpClient-");
    }
}
