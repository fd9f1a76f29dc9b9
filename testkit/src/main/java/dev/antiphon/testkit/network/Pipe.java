package dev.antiphon.testkit.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection: reads one channel, keeps what came until it is due, writes the other.
 * Reads ahead no more than a bound, so that a slow link is felt by the sender. Confined to the loop.
 */
final class Pipe extends ChannelInboundHandlerAdapter {
    private static final int MOST_WAITING = 64 * 1024;
    private static final long RETRANSMISSION_NANOS = 200_000_000;
    private static final int RATED_BYTES = 512;

    private static final class Piece {
        private final ByteBuf bytes;
        private final long dueNanos;

        Piece(ByteBuf bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }
    }

    private final Supplier<Link> link;
    private final BooleanSupplier frozen;
    private final SplittableRandom chance;
    private final AtomicLong total;
    private final Runnable onEnd;

    private final ArrayDeque<Piece> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private long lastDueNanos = Long.MIN_VALUE;
    private long freeNanos = Long.MIN_VALUE;
    private long carried;
    private boolean reading;
    private boolean sourceEnded;
    private boolean sourceReset;
    private boolean done;
    private boolean broken;
    private boolean scheduled;

    private @Nullable SocketChannel source;
    private @Nullable SocketChannel target;

    /** @param onEnd called when this pipe has passed on the end of its source, or is broken */
    Pipe(Supplier<Link> link, BooleanSupplier frozen, SplittableRandom chance, AtomicLong total, Runnable onEnd) {
        this.link = link;
        this.frozen = frozen;
        this.chance = chance;
        this.total = total;
        this.onEnd = onEnd;
    }

    void connect(SocketChannel from, SocketChannel to) {
        source = from;
        target = to;
        if (link.get().cutAfterBytes().orElse(1) == 0) {
            breakOff();
            return;
        }
        pump();
    }

    Optional<SocketChannel> target() {
        return Optional.ofNullable(target);
    }

    boolean isDone() {
        return done;
    }

    boolean isBroken() {
        return broken;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = false;
        ByteBuf bytes = (ByteBuf) message;
        Link now = link.get();
        long late = now.delay().toNanos();
        long spread = now.jitter().toNanos();
        if (spread > 0) {
            late += chance.nextLong(-spread, spread + 1);
        }
        if (now.lossShare() > 0 && chance.nextDouble() < now.lossShare()) {
            late += RETRANSMISSION_NANOS;
        }
        // TCP keeps the order: a piece is never due before the one ahead of it.
        lastDueNanos = Math.max(lastDueNanos, System.nanoTime() + late);
        waiting.add(new Piece(bytes, lastDueNanos));
        waitingBytes += bytes.readableBytes();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        pump();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            sourceGone();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        sourceGone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        sourceReset = true;
        pump();
    }

    /** Nothing more comes from the source; what waits still passes, then the end does. */
    private void sourceGone() {
        sourceEnded = true;
        pump();
    }

    /** Hands on what is due, then reads more if there is room. */
    void pump() {
        SocketChannel to = target;
        if (to == null || done || broken || frozen.getAsBoolean()) {
            return;
        }
        if (sourceReset) {
            breakOff();
            return;
        }
        ChannelFuture last = null;
        while (!waiting.isEmpty() && to.isWritable()) {
            long wait = nanosUntilNext();
            if (wait > 0) {
                later(to, wait);
                break;
            }
            last = handOn(to);
            if (broken) {
                return;
            }
        }
        if (!to.isActive() || (waiting.isEmpty() && sourceEnded)) {
            end(to);
            return;
        }
        if (last != null && !to.isWritable()) {
            last.addListener(written -> pump());
        }
        readOn();
    }

    private void end(SocketChannel to) {
        done = true;
        var unused = to.shutdownOutput();
        onEnd.run();
    }

    private long nanosUntilNext() {
        Piece next = waiting.element();
        return Math.max(next.dueNanos, freeNanos) - System.nanoTime();
    }

    private @Nullable ChannelFuture handOn(SocketChannel to) {
        Link now = link.get();
        Piece next = waiting.element();
        long most = Math.min(next.bytes.readableBytes(), now.segmentBytes());
        boolean rated = now.bytesPerSecond() < Long.MAX_VALUE;
        if (rated) {
            most = Math.min(most, Math.max(1, Math.min(RATED_BYTES, now.bytesPerSecond())));
        }
        long cut = now.cutAfterBytes().orElse(Long.MAX_VALUE);
        int length = (int) Math.min(most, Math.max(0, cut - carried));
        ChannelFuture written = null;
        if (length > 0) {
            carried += length;
            // Before they go: whoever has read them finds them counted.
            total.addAndGet(length);
            written = to.writeAndFlush(next.bytes.readRetainedSlice(length));
            waitingBytes -= length;
        }
        if (rated) {
            freeNanos = Math.max(System.nanoTime(), freeNanos) + length * 1_000_000_000L / now.bytesPerSecond();
        }
        if (!next.bytes.isReadable()) {
            waiting.remove().bytes.release();
        }
        if (carried >= cut) {
            breakOff();
        }
        return written;
    }

    private void later(SocketChannel to, long nanos) {
        if (!scheduled) {
            scheduled = true;
            var unused = to.eventLoop()
                    .schedule(
                            () -> {
                                scheduled = false;
                                pump();
                            },
                            nanos,
                            TimeUnit.NANOSECONDS);
        }
    }

    private void readOn() {
        SocketChannel from = source;
        if (from != null && !reading && !sourceEnded && waitingBytes < MOST_WAITING) {
            reading = true;
            from.read();
        }
    }

    private void breakOff() {
        broken = true;
        onEnd.run();
    }

    void release() {
        done = true;
        waiting.forEach(piece -> piece.bytes.release());
        waiting.clear();
        waitingBytes = 0;
    }

    static void close(SocketChannel channel) {
        var unused = channel.close();
    }

    /** Ends a channel with RST; one that has ended stays so. */
    static void reset(SocketChannel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            close(channel);
        }
    }
}
