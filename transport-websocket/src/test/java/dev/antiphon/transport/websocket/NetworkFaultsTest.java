package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import org.junit.jupiter.api.Test;

class NetworkFaultsTest {
    @Test
    void what_is_no_fault_of_the_network_is_ours() {
        TransportException fault = NetworkFaults.lost(new IllegalStateException("secret"), "host:443");

        assertThat(fault.fault()).isEqualTo(Fault.INTERNAL);
        assertThat(fault.getMessage()).contains("host:443").doesNotContain("secret");
    }
}
