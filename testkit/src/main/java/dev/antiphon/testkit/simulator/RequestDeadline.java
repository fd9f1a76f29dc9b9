package dev.antiphon.testkit.simulator;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Gives a client a fixed time for a whole request, its head and body together, however busily it drips.
 * The clock starts when the connection is ready to be read and again after each request.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private final Duration limit;
    private Optional<Future<?>> timer = Optional.empty();

    RequestDeadline(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        start(ctx);
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
        if (message instanceof LastHttpContent) {
            stop();
        }
        ctx.fireChannelRead(message);
    }

    /** A request has been answered and the next one may begin. */
    void start(ChannelHandlerContext ctx) {
        stop();
        timer = Optional.of(ctx.executor()
                .schedule(
                        () -> ctx.pipeline()
                                .get(RequestHandler.class)
                                .rejectUnread(HttpAnswer.error(
                                        408,
                                        "request_timeout",
                                        "No whole request came within " + limit.toMillis() + " ms.")),
                        limit.toNanos(),
                        TimeUnit.NANOSECONDS));
    }

    private void stop() {
        timer.ifPresent(pending -> pending.cancel(false));
        timer = Optional.empty();
    }
}
