package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import dev.antiphon.transport.websocket.wire.EventCodec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An established WebSocket: the last handler of its channel from the accepted upgrade to the end of
 * the TCP connection.
 *
 * <p>The closing handshake follows RFC 6455 §7 on both sides: a close frame is answered with the same
 * code, then the server ends TCP, and we end it when the close deadline has passed. Whatever goes
 * wrong first is the end that is reported. All fields are confined to the channel's event loop.
 */
final class WebSocketChannel extends ChannelInboundHandlerAdapter implements FrameReader.Sink, Outbound.Trouble {
    private static final int MAX_REASON_BYTES = 123;

    private final EventCodec codec;
    private final SocketSettings settings;
    private final String host;
    private final MessageListener listener;
    private final FrameReader reader;
    private final HeldMessages held;

    // Set once, in handlerAdded.
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outbound outbound;
    private @Nullable Liveness liveness;

    // Set once, when the first close frame is sent or the connection fails; nothing is delivered afterwards.
    private @Nullable SocketEnd end;
    private boolean ended;

    WebSocketChannel(EventCodec codec, SocketSettings settings, String host, MessageListener listener) {
        this.codec = codec;
        this.settings = settings;
        this.host = host;
        this.listener = listener;
        this.reader = new FrameReader(settings.maxFrameBytes(), settings.maxMessageBytes(), this);
        this.held = new HeldMessages(listener, settings.pausedBytes());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        boolean encrypted = ctx.pipeline().get(SslHandler.class) != null;
        outbound = new Outbound(ctx, codec, settings, encrypted, this);
        liveness = new Liveness(ctx.executor(), settings, outbound, this::pongMissing);
        liveness.start();
    }

    InputWriter writer() {
        return outbound();
    }

    Outbound outbound() {
        Outbound present = outbound;
        if (present == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return present;
    }

    /** Holds messages back from now on. Any thread. */
    void pause() {
        held.pause();
    }

    /** Delivers again what comes, after {@link #release}. Any thread. */
    void resume() {
        held.resume();
    }

    /** Delivers what was held back, unless receiving was paused again. On the event loop. */
    void release() {
        if (context != null && end == null) {
            held.release();
            readOnUnlessFull();
        }
    }

    /** Starts the closing handshake. On the event loop; without effect if the end has begun. */
    void close(int code, String reason) {
        if (end == null) {
            held.clear();
            sendClose(code, reason, new SocketEnd.ClosedByUs(code, reason));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof ByteBuf bytes) {
                read(bytes);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ByteBuf bytes) {
        if (liveness != null) {
            liveness.heard();
        }
        int length = bytes.readableBytes();
        try {
            if (bytes.hasArray()) {
                reader.read(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), length);
            } else {
                byte[] array = LoopScratch.get().received(length);
                bytes.getBytes(bytes.readerIndex(), array, 0, length);
                reader.read(array, 0, length);
            }
        } catch (ProtocolViolation violation) {
            violated(violation);
        }
        readOnUnlessFull();
    }

    private void violated(ProtocolViolation violation) {
        if (end != null) {
            return;
        }
        Fault fault =
                violation.closeCode() == CloseCode.MESSAGE_TOO_BIG ? Fault.MESSAGE_TOO_BIG : Fault.PROTOCOL_VIOLATION;
        held.releaseAll();
        TransportException cause = new TransportException(fault, host + " sent a " + violation.reason());
        sendClose(violation.closeCode(), violation.reason(), new SocketEnd.Failed(cause));
    }

    @Override
    public void onText(byte[] bytes, int offset, int length) {
        if (end == null && !held.holdText(bytes, offset, length)) {
            listener.onText(bytes, offset, length);
        }
    }

    @Override
    public void onBinary(byte[] bytes, int offset, int length) {
        if (end == null && !held.holdBinary(bytes, offset, length)) {
            listener.onBinary(bytes, offset, length);
        }
    }

    @Override
    public void onPing(byte[] bytes, int offset, int length) {
        if (end == null) {
            outbound().pong(bytes, offset, length);
        }
    }

    @Override
    public void onPong() {
        // Any byte proves that the server lives: see read.
    }

    @Override
    public void onClose(int code, String reason) {
        if (end == null) {
            held.releaseAll();
            sendClose(code, "", new SocketEnd.ClosedByServer(code, reason));
        }
    }

    private void sendClose(int code, String reason, SocketEnd because) {
        ChannelHandlerContext ctx = context();
        end = because;
        stopWatching();
        outbound().close(code, cut(reason));
        ctx.channel().config().setAutoRead(true);
        Future<?> giveUp = ctx.executor()
                .schedule(() -> shut(ctx), settings.closeDeadline().toNanos(), TimeUnit.NANOSECONDS);
        ctx.channel().closeFuture().addListener(closed -> giveUp.cancel(false));
    }

    /** At most 123 bytes of UTF-8, cut between characters: RFC 6455 §5.5. */
    private static byte[] cut(String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_REASON_BYTES) {
            return bytes;
        }
        int length = MAX_REASON_BYTES;
        while ((bytes[length] & 0xc0) == 0x80) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    private void readOnUnlessFull() {
        ChannelHandlerContext ctx = context();
        boolean read = end != null || !held.isFull();
        if (ctx.channel().config().isAutoRead() != read) {
            ctx.channel().config().setAutoRead(read);
            if (liveness != null) {
                liveness.deaf(!read);
            }
        }
    }

    private void pongMissing() {
        long silentMillis =
                settings.pingInterval().plus(settings.pongDeadline()).toMillis();
        fail(new TransportException(
                Fault.CONNECTION_LOST, "nothing came from " + host + " for " + silentMillis + " ms, not even a pong"));
    }

    @Override
    public void onStuck() {
        long stuckMillis = settings.writeTimeout().toMillis();
        fail(new TransportException(Fault.WRITE_TIMEOUT, host + " took no byte for " + stuckMillis + " ms"));
    }

    @Override
    public void onWriteFailed(Throwable cause) {
        fail(NetworkFaults.lost(cause, host));
    }

    private void fail(TransportException cause) {
        if (end == null) {
            held.releaseAll();
            end = new SocketEnd.Failed(cause);
        }
        shut(context());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            // close_notify is the end of this direction: RFC 8446 §6.1.
            shut(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(NetworkFaults.lost(cause, host));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (ended) {
            return;
        }
        ended = true;
        stopWatching();
        reader.end();
        outbound().end(new NotWrittenException("the connection was lost first"));
        SocketEnd because = end;
        if (because == null) {
            held.releaseAll();
            because = new SocketEnd.Failed(new TransportException(
                    Fault.CONNECTION_LOST, host + " ended the connection without a close frame"));
            end = because;
        }
        listener.onEnd(because);
    }

    private static void shut(ChannelHandlerContext ctx) {
        var unused = ctx.close();
    }

    private void stopWatching() {
        if (liveness != null) {
            liveness.stop();
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext present = context;
        if (present == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return present;
    }
}
