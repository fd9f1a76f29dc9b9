package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.soon;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class RememberedLeaksTest {
    @Test
    void buffer_that_nobody_released_is_found_once() {
        PooledByteBufAllocator.DEFAULT.directBuffer(64).writeInt(1);

        soon(() -> assertThatThrownBy(RememberedLeaks::check).hasMessageContaining("nobody released"));

        RememberedLeaks.check();
    }
}
