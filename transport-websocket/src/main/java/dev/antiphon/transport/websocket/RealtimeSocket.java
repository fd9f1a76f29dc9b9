package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.transport.websocket.wire.EventCodec;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to the server, from the first dial to the end of its TCP connection.
 *
 * <p>Made by {@link Dialer#openSocket}, before anything has happened on the network, so that one
 * {@link #close} works in every phase: credentials, name, TCP, TLS, upgrade, live and closing.
 *
 * <p>All fields are confined to the event loop; the public methods may be called by any thread.
 */
public final class RealtimeSocket {
    private final Dialer dialer;
    private final SocketRequest request;
    private final EventLoop loop;
    private final SocketListener listener;
    private final EventCodec codec;
    private final WebSocketChannel frames;

    private @Nullable Connect connect;
    private @Nullable Channel channel;
    private boolean open;
    private boolean closed;

    /** The first reason to end before the socket stood; reported when the channel is gone. */
    private @Nullable SocketEnd early;

    RealtimeSocket(Dialer dialer, SocketRequest request, EventLoop loop, SocketListener listener) {
        this.dialer = dialer;
        this.request = request;
        this.loop = loop;
        this.listener = listener;
        this.codec = dialer.endpoint().dialect().codec();
        this.frames = new WebSocketChannel(
                codec, dialer.settings(), HostPort.of(request.url()).toString(), new Messages());
    }

    /** The event loop that all callbacks come on. */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Writes to this socket; see {@link InputWriter}. Gathers what is written before a flush into
     * buffers of at most 64 kB, and fails with a {@link dev.antiphon.core.port.NotWrittenException}
     * what was not handed to the network when the socket ended.
     *
     * @throws IllegalStateException before {@link SocketListener#onOpen}
     */
    public InputWriter writer() {
        return frames.writer();
    }

    /**
     * Holds events back. What was already being delivered still arrives. Pings are answered as long as
     * no more than {@link SocketSettings.Builder#pausedBytes} were held back.
     */
    public void pauseReceiving() {
        frames.pause();
    }

    /** Delivers events again, those held back first. A pause that follows is not undone by what still runs. */
    public void resumeReceiving() {
        // At once, as a pause: a resume that came late would undo the pause that followed it.
        frames.resume();
        onLoop(frames::deliverHeld);
    }

    /**
     * Ends this socket in whatever phase it is; {@link SocketListener#onClosed} follows. A live one is
     * closed by handshake, with the close deadline. Idempotent; the first end counts.
     *
     * @param code close code; one that may not travel (RFC 6455 §7.4.1) is sent as 1000
     * @param reason cut to 123 bytes of UTF-8
     */
    public void close(int code, String reason) {
        int sent = CloseCode.mayTravel(code) ? code : CloseCode.NORMAL;
        onLoop(() -> closeOnLoop(sent, reason));
    }

    private void closeOnLoop(int code, String reason) {
        if (open) {
            frames.close(code, reason);
        } else {
            endEarly(new SocketEnd.ClosedByUs(code, reason));
        }
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException loopsClosed) {
            // The event loops were closed, and every channel with them: onClosed was or is being called.
        }
    }

    void dial() {
        if (early != null) {
            return;
        }
        Connect opening = new Connect(dialer, request.url(), loop, new Connect.Listener() {
            @Override
            public void onConnected(Channel standing, Optional<CredentialHeader> credential) {
                upgrade(standing, credential);
            }

            @Override
            public void onConnectFailed(TransportException cause) {
                connect = null;
                endEarly(new SocketEnd.Failed(cause));
            }
        });
        connect = opening;
        opening.start();
    }

    private void upgrade(Channel standing, Optional<CredentialHeader> credential) {
        channel = standing;
        Upgrade handshake = new Upgrade(dialer, request, credential, new Upgrade.Listener() {
            @Override
            public void onAccepted() {
                accepted(standing);
            }

            @Override
            public void onRefused(TransportException cause) {
                endEarly(new SocketEnd.Failed(cause));
            }
        });
        handshake.start(standing);
    }

    private void accepted(Channel standing) {
        if (early != null) {
            return;
        }
        open = true;
        standing.pipeline().addLast(frames);
        listener.onOpen(this);
    }

    private void endEarly(SocketEnd end) {
        if (early != null || open) {
            return;
        }
        early = end;
        Channel standing = channel;
        if (standing != null) {
            var unused = standing.close();
            standing.closeFuture().addListener(gone -> report(end));
        } else if (connect != null) {
            connect.cancel(() -> report(end));
        } else {
            report(end);
        }
    }

    private void report(SocketEnd end) {
        if (!closed) {
            closed = true;
            listener.onClosed(end);
        }
    }

    /** What arrives on the standing socket, decoded. */
    private final class Messages implements MessageListener {
        @Override
        public void onText(byte[] utf8, int offset, int length) {
            listener.onEvent(codec.decode(utf8, offset, length));
        }

        @Override
        public void onBinary(byte[] bytes, int offset, int length) {
            // The protocol has text messages only: a warning, not an end.
            byte[] kept = Arrays.copyOfRange(bytes, offset, offset + length);
            Envelope envelope = new Envelope(
                    "", "", () -> new RawJson('"' + Base64.getEncoder().encodeToString(kept) + '"'));
            listener.onEvent(new DecodeError(envelope, "binary message", length));
        }

        @Override
        public void onEnd(SocketEnd end) {
            report(end);
        }
    }
}
