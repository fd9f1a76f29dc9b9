package dev.antiphon.testkit.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Gives a client a fixed time for a whole request, its head and body together, however busily it drips. A
 * connection that sends nothing is closed without a word: at once after that time when it is new, after a
 * minute between requests.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private static final Duration BETWEEN_REQUESTS = Duration.ofMinutes(1);

    private final Duration limit;
    private boolean reading;
    private Optional<Future<?>> timer = Optional.empty();

    RequestDeadline(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        start(ctx, limit);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stop();
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!reading && message instanceof ByteBuf) {
            reading = true;
            start(ctx, limit);
        }
        ctx.fireChannelRead(message);
    }

    /** A request has been read whole. */
    void requestRead() {
        reading = false;
        stop();
    }

    /** A request has been answered and the next one may come. */
    void requestAnswered(ChannelHandlerContext ctx) {
        if (!reading) {
            start(ctx, BETWEEN_REQUESTS);
        }
    }

    private void start(ChannelHandlerContext ctx, Duration patience) {
        stop();
        timer = Optional.of(ctx.executor().schedule(() -> expired(ctx), patience.toNanos(), TimeUnit.NANOSECONDS));
    }

    private void stop() {
        timer.ifPresent(pending -> pending.cancel(false));
        timer = Optional.empty();
    }

    private void expired(ChannelHandlerContext ctx) {
        if (reading) {
            ctx.pipeline()
                    .get(RequestHandler.class)
                    .rejectUnread(HttpAnswer.error(
                            408, "request_timeout", "No whole request came within " + limit.toMillis() + " ms."));
        } else {
            SimulatedService.close(ctx.channel());
        }
    }
}
