package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.Timeline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A bad line, next to TCP and below TLS: it lets bytes through slowly, by the simulator's clock, or not at
 * all. Confined to the loop.
 */
final class Throttle extends ChannelDuplexHandler {
    private static final Duration TICK = Duration.ofMillis(10);

    private record Waiting(ByteBuf bytes, ChannelPromise promise) {}

    private final Channel channel;
    private final SimulatorClock clock;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
    /** What may be read and written by now, in thousandths of a byte. */
    private long readable;

    private long writable;
    private int readRate;
    private int writeRate;
    private boolean reading;
    private boolean swallowing;
    private Optional<Timeline.Timer> tick = Optional.empty();

    private Throttle(Channel channel, SimulatorClock clock) {
        this.channel = channel;
        this.clock = clock;
    }

    /** The throttle of a channel, put there when it is first asked for. */
    static Throttle of(Channel channel, SimulatorClock clock) {
        Throttle present = channel.pipeline().get(Throttle.class);
        if (present != null) {
            return present;
        }
        Throttle added = new Throttle(channel, clock);
        channel.pipeline().addFirst(added);
        return added;
    }

    void read(int bytesPerSecond) {
        readRate = bytesPerSecond;
        // Otherwise TCP is read as soon as there is something, unasked.
        channel.config().setAutoRead(false);
        channel.read();
    }

    void write(int bytesPerSecond) {
        writeRate = bytesPerSecond;
    }

    /** From now on what is sent gets lost. */
    void swallow() {
        swallowing = true;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        tick.ifPresent(Timeline.Timer::cancel);
        waiting.forEach(one -> {
            one.bytes.release();
            one.promise.tryFailure(new ClosedChannelException());
        });
        waiting.clear();
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    /** Netty asks for bytes here; a slow reader asks TCP on its own ticks instead. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (readRate == 0) {
            ctx.read();
        } else {
            startTicking(ctx);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (swallowing) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        } else if (writeRate > 0 && message instanceof ByteBuf bytes) {
            waiting.add(new Waiting(bytes, promise));
            startTicking(ctx);
        } else {
            ChannelFuture unused = ctx.write(message, promise);
        }
    }

    private void startTicking(ChannelHandlerContext ctx) {
        if (tick.isEmpty()) {
            tick = Optional.of(clock.after(TICK, () -> ticked(ctx)));
        }
    }

    private void ticked(ChannelHandlerContext ctx) {
        tick = Optional.empty();
        if (ctx.isRemoved()) {
            return;
        }
        sendDue(ctx);
        readable += readRate * TICK.toMillis();
        readDue(ctx);
        if (!waiting.isEmpty() || readRate > 0) {
            startTicking(ctx);
        }
    }

    private void sendDue(ChannelHandlerContext ctx) {
        writable += writeRate * TICK.toMillis();
        while (writable >= 1_000 && !waiting.isEmpty()) {
            Waiting next = waiting.peek();
            int count = (int) Math.min(writable / 1_000, next.bytes.readableBytes());
            writable -= count * 1_000L;
            if (count == next.bytes.readableBytes()) {
                waiting.remove();
                ChannelFuture unused = ctx.write(next.bytes, next.promise);
            } else {
                // The last piece reports for the whole.
                ChannelFuture unused = ctx.write(next.bytes.readRetainedSlice(count));
            }
            ctx.flush();
        }
        if (waiting.isEmpty()) {
            writable = 0;
        }
    }

    /** Hands on what may be read by now; TCP is asked for more when nothing is left. */
    private void readDue(ChannelHandlerContext ctx) {
        boolean some = false;
        while (readable >= 1_000 && !unread.isEmpty()) {
            ByteBuf next = unread.peek();
            int count = (int) Math.min(readable / 1_000, next.readableBytes());
            readable -= count * 1_000L;
            some = true;
            ctx.fireChannelRead(count == next.readableBytes() ? unread.remove() : next.readRetainedSlice(count));
        }
        if (some) {
            ctx.fireChannelReadComplete();
        }
        if (unread.isEmpty() && readRate > 0 && !reading) {
            reading = true;
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (readRate > 0 && message instanceof ByteBuf bytes) {
            unread.add(bytes);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        if (readRate == 0) {
            ctx.fireChannelReadComplete();
        } else if (!unread.isEmpty()) {
            readDue(ctx);
        }
    }
}
