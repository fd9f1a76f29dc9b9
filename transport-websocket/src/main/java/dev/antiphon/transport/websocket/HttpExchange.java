package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request and its answer, over a connection of its own. Never repeated, never redirected.
 * All fields are confined to the event loop.
 */
public final class HttpExchange {
    private final Dialer dialer;
    private final HttpCall call;
    private final EventLoop loop;
    private final String host;
    private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();

    private @Nullable Connect connect;
    private @Nullable Channel channel;
    private @Nullable Future<?> timer;
    private boolean sent;
    private boolean over;

    HttpExchange(Dialer dialer, HttpCall call, EventLoop loop) {
        this.dialer = dialer;
        this.call = call;
        this.loop = loop;
        this.host = HostPort.of(call.url()).toString();
    }

    /**
     * Completes on the event loop as soon as the body has ended, whatever the status. Fails with an
     * {@link ExchangeException} if no whole answer came before the deadline.
     */
    public CompletionStage<HttpAnswer> answer() {
        return answer.minimalCompletionStage();
    }

    /**
     * Gives up if nothing of the request has been handed to the network; otherwise lets it go on to its
     * answer or its deadline. For requests whose effect must be known. Idempotent, any thread.
     */
    public void cancelUnlessSent() {
        try {
            loop.execute(() -> {
                if (!sent) {
                    fail(
                            Fault.CONNECT_FAILED,
                            "the request to " + host + " was cancelled before it was sent",
                            null,
                            null);
                }
            });
        } catch (RejectedExecutionException loopsClosed) {
            cancel();
        }
    }

    /**
     * Gives up where that leaves no doubt about the request: if nothing of it has been handed to the network, or
     * if its answer has begun. Otherwise lets it go on to its answer or its deadline. Idempotent, any thread.
     */
    public void cancelUnlessUnanswered() {
        try {
            loop.execute(() -> {
                AnswerReader reading = reader;
                if (reading == null || reading.partial().isPresent()) {
                    fail(
                            sent ? Fault.CONNECTION_LOST : Fault.CONNECT_TIMEOUT,
                            "no whole answer from " + host + " in time",
                            null,
                            reading);
                }
            });
        } catch (RejectedExecutionException loopsClosed) {
            cancel();
        }
    }

    /** Gives up, in whatever phase; the answer fails unless it is there. Idempotent, any thread. */
    public void cancel() {
        try {
            loop.execute(() -> fail(Fault.CONNECTION_LOST, "the request to " + host + " was cancelled", null, null));
        } catch (RejectedExecutionException loopsClosed) {
            answer.completeExceptionally(new ExchangeException(
                    Fault.CONNECTION_LOST, "the event loops were closed", true, Optional.empty(), loopsClosed));
        }
    }

    void dial() {
        if (over) {
            return;
        }
        timer = loop.schedule(this::late, call.deadline().toNanos(), TimeUnit.NANOSECONDS);
        Connect opening = new Connect(dialer, call.url(), loop, new Connect.Listener() {
            @Override
            public void onConnected(Channel standing, Optional<CredentialHeader> credential) {
                send(standing, credential);
            }

            @Override
            public void onConnectFailed(TransportException cause) {
                failWith(new ExchangeException(cause, Optional.empty(), false));
            }
        });
        connect = opening;
        opening.start();
    }

    private void late() {
        Fault fault = sent ? Fault.CONNECTION_LOST : Fault.CONNECT_TIMEOUT;
        fail(
                fault,
                "no whole answer from " + host + " within " + call.deadline().toMillis() + " ms",
                null,
                reader);
    }

    private @Nullable AnswerReader reader;

    private void send(Channel standing, Optional<CredentialHeader> credential) {
        channel = standing;
        AnswerReader handler = new AnswerReader();
        reader = handler;
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.POST,
                RequestHead.target(call.url()),
                Unpooled.wrappedBuffer(call.body()));
        RequestHead.fill(request.headers(), call.url(), call.headers(), dialer.endpoint(), credential);
        request.headers().set("Accept", call.accept());
        if (!call.contentType().isEmpty()) {
            request.headers().set("Content-Type", call.contentType());
        }
        request.headers().set("Content-Length", call.body().length);
        request.headers().set("Connection", "close");
        standing.pipeline()
                .addLast(new HttpClientCodec(4096, dialer.settings().maxHandshakeBytes(), 8192, false), handler);
        sent = true;
        standing.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                handler.lost(written.cause());
            }
        });
    }

    private void fail(Fault fault, String message, @Nullable Throwable cause, @Nullable AnswerReader partly) {
        Optional<HttpAnswer> partial = partly == null ? Optional.empty() : partly.partial();
        failWith(new ExchangeException(fault, message, sent, partial, cause));
    }

    private void failWith(ExchangeException failure) {
        if (!over) {
            finish(() -> answer.completeExceptionally(failure));
        }
    }

    private void finish(Runnable outcome) {
        over = true;
        if (timer != null) {
            timer.cancel(false);
        }
        if (connect != null) {
            connect.cancel(() -> {});
        }
        if (channel != null) {
            var unused = channel.close();
        }
        outcome.run();
    }

    /** Collects the answer, within its bound. */
    private final class AnswerReader extends ChannelInboundHandlerAdapter {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
        private @Nullable HttpResponse head;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (!over && message instanceof HttpObject part) {
                    read(part);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void read(HttpObject part) {
            if (part.decoderResult().isFailure()) {
                // Without the decoder's exception as its cause: that one quotes what the server sent.
                fail(
                        Fault.PROTOCOL_VIOLATION,
                        host + " sent no readable HTTP answer: "
                                + NetworkFaults.describe(part.decoderResult().cause()),
                        null,
                        this);
                return;
            }
            if (part instanceof HttpResponse response) {
                head = response;
            }
            HttpResponse begun = head;
            if (begun == null || !(part instanceof HttpContent content)) {
                return;
            }
            if (begun.status().code() < 200) {
                // An interim answer, RFC 9110 §15.2; the real one follows.
                head = part instanceof LastHttpContent ? null : begun;
                return;
            }
            if (body.size() + content.content().readableBytes() > call.maxBodyBytes()) {
                fail(
                        Fault.MESSAGE_TOO_BIG,
                        host + " answered with more than " + call.maxBodyBytes() + " bytes",
                        null,
                        this);
                return;
            }
            byte[] bytes = new byte[content.content().readableBytes()];
            content.content().readBytes(bytes);
            body.writeBytes(bytes);
            if (part instanceof LastHttpContent) {
                HttpAnswer whole = answerWith(begun);
                finish(() -> answer.complete(whole));
            }
        }

        private HttpAnswer answerWith(HttpResponse begun) {
            return new HttpAnswer(begun.status().code(), Headers.received(begun.headers()), body.toByteArray());
        }

        Optional<HttpAnswer> partial() {
            HttpResponse begun = head;
            return begun == null ? Optional.empty() : Optional.of(answerWith(begun));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            lost(cause);
        }

        void lost(Throwable cause) {
            TransportException lost = NetworkFaults.lost(cause, host);
            failWith(new ExchangeException(lost, partial(), true));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(Fault.CONNECTION_LOST, host + " ended the connection before its answer was whole", null, this);
        }
    }
}
