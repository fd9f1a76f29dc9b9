package dev.antiphon.testkit.simulator;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;

/** Collects the body of a request up to a limit; a longer one is answered with 413 and the connection ends. */
final class RequestReader extends HttpObjectAggregator {
    private final int limit;

    RequestReader(int limit) {
        super(limit);
        this.limit = limit;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        HttpAnswer answer =
                HttpAnswer.error(413, "request_too_large", "The request body is larger than " + limit + " bytes.");
        ctx.pipeline().get(RequestHandler.class).rejectUnread(answer);
    }
}
