package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the requests of one TCP connection and answers them one after the other. Confined to the event
 * loop.
 */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final int MAX_PIPELINED = 16;

    private final SimulatedService service;
    private final Endpoints endpoints;
    private final String id;
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private boolean answering;
    private boolean finished;
    private Optional<ChannelHandlerContext> context = Optional.empty();

    RequestHandler(SimulatedService service, Endpoints endpoints, String id) {
        this.service = service;
        this.endpoints = endpoints;
        this.id = id;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = Optional.of(ctx);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (finished) {
            return;
        }
        ctx.pipeline().get(RequestDeadline.class).requestRead();
        if (request.decoderResult().isFailure()) {
            rejectUnread(HttpAnswer.error(400, "invalid_request", "The request is not valid HTTP."));
        } else if (waiting.size() >= MAX_PIPELINED) {
            rejectUnread(HttpAnswer.error(429, "too_many_requests", "Too many requests wait on this connection."));
        } else {
            waiting.add(read(ctx, request));
            next();
        }
    }

    private Exchange read(ChannelHandlerContext ctx, FullHttpRequest request) {
        Optional<String> key = KeyRing.keyOf(
                Optional.ofNullable(request.headers().get(HttpHeaderNames.AUTHORIZATION)),
                Optional.ofNullable(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)));
        Credential credential = service.keys().credentialOf(key);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        request.headers()
                .forEach(header -> headers.add(Map.entry(
                        header.getKey(), service.keys().masked(header.getKey(), header.getValue(), credential))));
        QueryStringDecoder uri = new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8);
        ReceivedRequest received = new ReceivedRequest(
                id,
                request.method().name(),
                uri.path(),
                uri.parameters(),
                headers,
                credential,
                ByteBufUtil.getBytes(request.content()));
        service.requested(received);
        service.journal().add(Kind.REQUEST, id, "", received.method() + " " + received.path());
        return new Exchange(this, service, ctx.channel(), received, key, HttpUtil.isKeepAlive(request));
    }

    private void next() {
        if (!answering && !finished && !waiting.isEmpty()) {
            answering = true;
            endpoints.serve(waiting.remove());
        }
    }

    /** Writes the answer to the exchange at hand and turns to the next. */
    void answer(ReceivedRequest request, HttpAnswer answer, boolean keepAlive) {
        ChannelHandlerContext ctx = context.orElseThrow();
        service.journal().add(Kind.RESPONSE, id, "", String.valueOf(answer.status()));
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8));
        answer.headers().forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        response.headers().set("x-request-id", service.ids().next("req"));
        if (answer.status() != 204) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        }
        request.header("Origin").ifPresent(origin -> {
            response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            response.headers()
                    .set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "Location, x-request-id, Retry-After");
        });
        if (request.method().equals("HEAD")) {
            response.content().clear();
        }
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
            finished = true;
        }
        service.write(ctx.channel(), response);
        if (finished) {
            service.finish(ctx.channel());
        } else {
            answering = false;
            ctx.pipeline().get(RequestDeadline.class).requestAnswered(ctx);
            next();
        }
    }

    /** Answers a request that cannot be read to its end, and ends the connection. */
    void rejectUnread(HttpAnswer answer) {
        if (!finished) {
            ReceivedRequest unread = new ReceivedRequest(id, "", "", Map.of(), List.of(), Credential.NONE, new byte[0]);
            service.journal().add(Kind.PROTOCOL_ERROR, id, "", "unreadable request");
            answer(unread, answer, false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finished = true;
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        service.channelFailed(ctx.channel(), id, cause);
    }
}
