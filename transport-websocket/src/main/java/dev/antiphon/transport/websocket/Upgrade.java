package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake, RFC 6455 §4.1: one request, and a 101 that proves itself or a refusal. No
 * extension, no subprotocol and no {@code Origin} is offered. Confined to the event loop.
 */
final class Upgrade extends ChannelInboundHandlerAdapter {
    /** Hears exactly one of the two. */
    interface Listener {
        /** Accepted. Bytes behind the 101 are forwarded to the handlers that this call adds. */
        void onAccepted();

        void onRefused(TransportException cause);
    }

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int EXCERPT_BYTES = 4096;

    private final Dialer dialer;
    private final SocketRequest request;
    private final String host;
    private final Optional<CredentialHeader> credential;
    private final Listener listener;
    private final String key;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

    private @Nullable HttpClientCodec codec;
    private @Nullable HttpResponse head;
    private @Nullable Future<?> timer;
    private boolean done;

    Upgrade(Dialer dialer, SocketRequest request, Optional<CredentialHeader> credential, Listener listener) {
        this.dialer = dialer;
        this.request = request;
        this.host = HostPort.of(request.url()).toString();
        this.credential = credential;
        this.listener = listener;
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        this.key = Base64.getEncoder().encodeToString(nonce);
    }

    void start(Channel channel) {
        HttpClientCodec http = new HttpClientCodec(4096, dialer.settings().maxHandshakeBytes(), 8192, false);
        codec = http;
        DefaultFullHttpRequest get =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, RequestHead.target(request.url()));
        RequestHead.fill(get.headers(), request.url(), request.headers(), dialer.endpoint(), credential);
        get.headers()
                .set("Upgrade", "websocket")
                .set("Connection", "Upgrade")
                .set("Sec-WebSocket-Version", "13")
                .set("Sec-WebSocket-Key", key);
        long limit = dialer.settings().upgradeTimeout().toNanos();
        timer = channel.eventLoop().schedule(this::late, limit, TimeUnit.NANOSECONDS);
        channel.pipeline().addLast(http, this);
        channel.writeAndFlush(get).addListener(written -> {
            if (!written.isSuccess()) {
                broken(written.cause());
            }
        });
    }

    private void late() {
        if (head != null) {
            refuse();
        } else {
            fail(new TransportException(
                    Fault.UPGRADE_TIMEOUT,
                    host + " did not answer the upgrade within "
                            + dialer.settings().upgradeTimeout().toMillis() + " ms" + attempt()));
        }
    }

    private String attempt() {
        return " (attempt " + request.attempt() + ")";
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!done && message instanceof HttpObject part) {
                read(context, part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ChannelHandlerContext context, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            violated("sent no readable HTTP answer to the upgrade: "
                    + NetworkFaults.describe(part.decoderResult().cause()));
            return;
        }
        if (part instanceof HttpResponse response) {
            head = response;
            if (response.status().code() == 101) {
                check(response.headers());
            }
        }
        HttpResponse begun = head;
        if (done || begun == null || !(part instanceof HttpContent content)) {
            return;
        }
        int status = begun.status().code();
        if (status == 101) {
            accept(context);
        } else if (status < 200) {
            head = part instanceof LastHttpContent ? null : begun;
        } else {
            collect(content.content());
            if (part instanceof LastHttpContent || body.size() >= EXCERPT_BYTES) {
                refuse();
            }
        }
    }

    private void collect(ByteBuf piece) {
        byte[] bytes = new byte[Math.min(piece.readableBytes(), EXCERPT_BYTES - body.size())];
        piece.readBytes(bytes);
        body.writeBytes(bytes);
    }

    private void check(HttpHeaders headers) {
        if (!headers.containsValue("Upgrade", "websocket", true)
                || !headers.containsValue("Connection", "upgrade", true)) {
            violated("answered 101 without upgrading to websocket");
        } else if (!expectedAccept().equals(headers.get("Sec-WebSocket-Accept"))) {
            violated("answered 101 with a wrong Sec-WebSocket-Accept");
        } else if (headers.contains("Sec-WebSocket-Extensions") || headers.contains("Sec-WebSocket-Protocol")) {
            violated("answered 101 with an extension or subprotocol that was not offered");
        }
    }

    private void accept(ChannelHandlerContext context) {
        done();
        HttpClientCodec http = codec;
        if (http == null) {
            return;
        }
        http.removeOutboundHandler();
        listener.onAccepted();
        context.pipeline().remove(this);
        // Forwards what came behind the 101 in the same segment.
        context.pipeline().remove(http);
    }

    private String expectedAccept() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyRuntimeHasIt) {
            throw new IllegalStateException(everyRuntimeHasIt);
        }
    }

    private void refuse() {
        HttpResponse begun = head;
        if (begun == null) {
            return;
        }
        int status = begun.status().code();
        Fault fault = RefusedException.isThrottling(status) ? Fault.THROTTLED : Fault.UPGRADE_REFUSED;
        HttpAnswer answer = new HttpAnswer(status, Headers.received(begun.headers()), body.toByteArray());
        Optional<String> secret = credential.map(CredentialHeader::value);
        fail(new RefusedException(fault, "the upgrade", answer, host, request.attempt(), secret));
    }

    /** Without the decoder's exception as its cause: that one quotes what the server sent. */
    private void violated(String what) {
        fail(new TransportException(Fault.PROTOCOL_VIOLATION, host + " " + what + attempt()));
    }

    private void fail(TransportException cause) {
        if (!done) {
            done();
            listener.onRefused(cause);
        }
    }

    private void done() {
        done = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken(cause);
    }

    private void broken(Throwable cause) {
        if (head != null) {
            refuse();
        } else {
            fail(NetworkFaults.lost(cause, host));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (head != null) {
            refuse();
        } else {
            fail(new TransportException(
                    Fault.CONNECTION_LOST,
                    host + " ended the connection instead of answering the upgrade" + attempt()));
        }
    }
}
