package dev.antiphon.transport.websocket.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One bare session: frames gathered in one queue, drained by one task into buffers of 64 kB; deltas found
 * by looking at fixed names. It knows what this server sends and trusts it, checks nothing, keeps no
 * state of a conversation: the floor, not a client one would use.
 */
final class BareSession extends ChannelInboundHandlerAdapter implements Subject.Session {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] APPEND = ascii("{\"type\":\"input_audio_buffer.append\",\"audio\":\"");
    private static final byte[] END = ascii("\"}");
    private static final byte[] AUDIO_DELTA = ascii("{\"type\":\"response.output_audio.delta\"");
    private static final byte[] TEXT_DELTA = ascii("{\"type\":\"response.output_text.delta\"");
    private static final byte[] COMMITTED = ascii("{\"type\":\"input_audio_buffer.committed\",\"item_id\":\"");
    private static final byte[] ITEM = ascii("\"item_id\":\"");
    private static final byte[] DELTA = ascii("\"delta\":\"");
    private static final int BATCH = 64 * 1024;

    private final String model;
    private final Subject.Ear ear;
    private final CompletableFuture<Void> standing = new CompletableFuture<>();
    private @Nullable ChannelHandlerContext context;

    // Guarded by this: what waits, a frame as bytes or an event as text, and whether a task drains it.
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();
    private boolean draining;

    // Confined to the event loop.
    private static final byte[] SCRATCH = new byte[BATCH];
    private static final byte[] ENCODED = new byte[BATCH];
    private static byte[] read = new byte[256 * 1024];
    private byte[] rest = {};
    private boolean upgraded;
    private String item = "";

    BareSession(String model, Subject.Ear ear) {
        this.model = model;
        this.ear = ear;
    }

    CompletableFuture<Void> standing() {
        return standing;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        var unused = active.writeAndFlush(active.alloc()
                .buffer()
                .writeBytes(
                        ascii("GET /v1/realtime?model=" + model + " HTTP/1.1\r\nHost: load\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")));
    }

    @Override
    public boolean offer(byte[] pcm) {
        enqueue(pcm.clone());
        return true;
    }

    @Override
    public void commit() {
        enqueue("{\"type\":\"input_audio_buffer.commit\"}");
    }

    @Override
    public void send(String json) {
        enqueue(json);
    }

    @Override
    public void text(String text, Consumer<Long> written) {
        long asked = System.nanoTime();
        ChannelHandlerContext standingContext = opened();
        standingContext.executor().execute(() -> {
            ByteBuf out = standingContext.alloc().directBuffer();
            byte[] json = ("{\"type\":\"conversation.item.create\",\"item\":{\"id\":\"i\",\"type\":\"message\","
                            + "\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"" + text + "\"}]}}")
                    .getBytes(StandardCharsets.UTF_8);
            frame(json, json.length, out);
            standingContext.writeAndFlush(out).addListener(done -> written.accept(System.nanoTime() - asked));
        });
    }

    @Override
    public void close() {
        var unused = opened().close();
    }

    private ChannelHandlerContext opened() {
        ChannelHandlerContext opened = context;
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }

    private void enqueue(Object what) {
        boolean first;
        synchronized (this) {
            waiting.addLast(what);
            first = !draining;
            draining = true;
        }
        if (first) {
            opened().executor().execute(this::drain);
        }
    }

    private void drain() {
        ChannelHandlerContext out = opened();
        while (out.channel().isWritable()) {
            ByteBuf batch = null;
            while (batch == null || batch.readableBytes() < BATCH - 4096) {
                Object next;
                synchronized (this) {
                    next = waiting.pollFirst();
                    if (next == null) {
                        draining = false;
                        break;
                    }
                }
                if (batch == null) {
                    batch = out.alloc().directBuffer(2048, BATCH);
                }
                write(next, batch);
            }
            if (batch == null) {
                return;
            }
            var unused = out.writeAndFlush(batch);
            synchronized (this) {
                if (!draining) {
                    return;
                }
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        boolean goOn;
        synchronized (this) {
            goOn = draining;
        }
        if (goOn && changed.channel().isWritable()) {
            drain();
        }
    }

    private static void write(Object what, ByteBuf out) {
        if (what instanceof byte[] pcm) {
            int length = Base64.getEncoder().encode(pcm, ENCODED);
            System.arraycopy(APPEND, 0, SCRATCH, 0, APPEND.length);
            System.arraycopy(ENCODED, 0, SCRATCH, APPEND.length, length);
            System.arraycopy(END, 0, SCRATCH, APPEND.length + length, END.length);
            frame(SCRATCH, APPEND.length + length + END.length, out);
        } else {
            byte[] json = ((String) what).getBytes(StandardCharsets.UTF_8);
            frame(json, json.length, out);
        }
    }

    /** Masks in place and appends. */
    private static void frame(byte[] text, int length, ByteBuf out) {
        int mask = ThreadLocalRandom.current().nextInt();
        long twice = (mask & 0xffff_ffffL) | (long) mask << 32;
        int at = 0;
        int last = length - 8;
        for (; at <= last; at += 8) {
            LONGS.set(text, at, (long) LONGS.get(text, at) ^ twice);
        }
        for (int turn = 0; at < length; at++, turn += 8) {
            text[at] ^= (byte) (mask >>> turn);
        }
        out.writeByte(0x81);
        if (length < 126) {
            out.writeByte(0x80 | length);
        } else {
            out.writeByte(0x80 | 126).writeShort(length);
        }
        out.writeIntLE(mask).writeBytes(text, 0, length);
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        int more = bytes.readableBytes();
        if (read.length < rest.length + more) {
            read = new byte[rest.length + more];
        }
        System.arraycopy(rest, 0, read, 0, rest.length);
        bytes.readBytes(read, rest.length, more);
        bytes.release();
        int length = rest.length + more;
        int at = upgraded ? 0 : upgrade(length);
        while (upgraded && length - at >= 4) {
            int size = read[at + 1] & 0x7f;
            int start = at + 2;
            if (size == 126) {
                size = (read[at + 2] & 0xff) << 8 | (read[at + 3] & 0xff);
                start = at + 4;
            }
            if (length - start < size) {
                break;
            }
            event(start, start + size);
            at = start + size;
        }
        rest = Arrays.copyOfRange(read, at, length);
    }

    private int upgrade(int length) {
        String head = new String(read, 0, length, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return 0;
        }
        upgraded = true;
        standing.complete(null);
        return end + 4;
    }

    private void event(int start, int end) {
        if (startsWith(AUDIO_DELTA, start, end)) {
            String id = itemId(start, end);
            int from = indexOf(DELTA, start, end) + DELTA.length;
            ByteBuffer pcm = Base64.getDecoder().decode(ByteBuffer.wrap(read, from, end - END.length - from));
            ear.onAudio(pcm.array(), id);
        } else if (startsWith(TEXT_DELTA, start, end)) {
            itemId(start, end);
            int from = indexOf(DELTA, start, end) + DELTA.length;
            ear.onText(new String(read, from, end - END.length - from, StandardCharsets.UTF_8));
        } else if (startsWith(COMMITTED, start, end)) {
            int from = start + COMMITTED.length;
            ear.onCommitted(Long.parseLong(new String(read, from, end - END.length - from, StandardCharsets.US_ASCII)));
        }
    }

    /** The same text again as long as the id stays the same. */
    private String itemId(int start, int end) {
        int from = indexOf(ITEM, start, end) + ITEM.length;
        int to = from;
        while (read[to] != '"') {
            to++;
        }
        if (item.length() != to - from || item.charAt(item.length() - 1) != read[to - 1]) {
            item = new String(read, from, to - from, StandardCharsets.US_ASCII);
        }
        return item;
    }

    private static boolean startsWith(byte[] what, int at, int end) {
        return end - at >= what.length && Arrays.equals(read, at, at + what.length, what, 0, what.length);
    }

    private static int indexOf(byte[] what, int from, int end) {
        for (int i = from; i + what.length <= end; i++) {
            if (read[i] == what[0] && startsWith(what, i, end)) {
                return i;
            }
        }
        throw new IllegalStateException("the load server always sends it");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
