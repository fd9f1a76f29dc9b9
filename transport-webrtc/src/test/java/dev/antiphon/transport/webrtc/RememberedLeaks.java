package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Netty's leak detector with a memory: a buffer that was dropped without release fails the test that
 * looks next. The build names it in {@code io.netty.customResourceLeakDetector} and sets the paranoid
 * level, so every buffer is watched.
 */
public final class RememberedLeaks<T> extends ResourceLeakDetector<T> {
    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    /** Called by Netty. */
    public RememberedLeaks(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    /** Looked up by Netty first, and not called. */
    public RememberedLeaks(Class<?> resourceType, int samplingInterval, long maxActive) {
        this(resourceType, samplingInterval);
    }

    /** Fails if a buffer was lost since the last check. */
    static void check() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(Level.PARANOID);
        System.gc();
        // The detector looks at what was collected when the next buffer is made.
        PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        List<String> found = List.copyOf(FOUND);
        FOUND.removeAll(found);
        assertThat(found).as("buffers that nobody released").isEmpty();
    }

    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        FOUND.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        FOUND.add(resourceType);
    }
}
