package dev.antiphon.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.security.SecureRandom;

/**
 * Memory that all sockets of one event loop share, so that an idle socket holds none: where bytes
 * just read are parsed, where an event is encoded and masked, and random mask keys.
 */
final class LoopScratch {
    private static final int KEPT_BYTES = 256 * 1024;
    private static final FastThreadLocal<LoopScratch> OF_THIS_THREAD = new FastThreadLocal<>() {
        @Override
        protected LoopScratch initialValue() {
            return new LoopScratch();
        }
    };

    // RFC 6455 §5.3 wants keys that nobody can foresee; asked in blocks, they cost next to nothing.
    private final SecureRandom random = new SecureRandom();
    private final byte[] keys = new byte[1024];
    private int keysUsed = keys.length;

    private byte[] received = new byte[16 * 1024];
    private ByteBuf encoded = Unpooled.buffer(4096);

    private LoopScratch() {}

    static LoopScratch get() {
        return OF_THIS_THREAD.get();
    }

    /** A heap array of at least {@code length} bytes, good until the next call on this thread. */
    byte[] received(int length) {
        if (received.length >= length) {
            return received;
        }
        byte[] larger = new byte[length];
        if (length <= KEPT_BYTES) {
            received = larger;
        }
        return larger;
    }

    /** An empty heap buffer that grows, good until the next call on this thread. */
    ByteBuf encoded() {
        if (encoded.capacity() > KEPT_BYTES) {
            encoded = Unpooled.buffer(4096);
        }
        return encoded.clear();
    }

    /** The next mask key; its first byte on the wire is the lowest. */
    int maskKey() {
        if (keysUsed == keys.length) {
            random.nextBytes(keys);
            keysUsed = 0;
        }
        int at = keysUsed;
        keysUsed += Integer.BYTES;
        return (keys[at] & 0xff) | (keys[at + 1] & 0xff) << 8 | (keys[at + 2] & 0xff) << 16 | keys[at + 3] << 24;
    }
}
