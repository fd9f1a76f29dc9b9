package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.TransportException;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A socket without a codec: hears and sends messages as they are. */
final class RawWebSocket implements MessageListener {
    /** Gets each message on the event loop. */
    interface Handler {
        void onMessage(RawWebSocket socket, int opcode, byte[] payload);
    }

    private final Dialer dialer;
    private final EventLoop loop;
    private final Handler handler;
    private final WebSocketChannel frames;
    private final CompletableFuture<SocketEnd> end = new CompletableFuture<>();

    RawWebSocket(Dialer dialer, SocketRequest request, Handler handler) {
        this.dialer = dialer;
        this.loop = dialer.nextLoop();
        this.handler = handler;
        this.frames = new WebSocketChannel(
                dialer.endpoint().dialect().codec(),
                dialer.settings(),
                request.url().getHost(),
                this);
        loop.execute(() -> new Connect(dialer, request.url(), loop, new Dialled(request)).start());
    }

    CompletableFuture<SocketEnd> end() {
        return end;
    }

    /** Sends one message. On the event loop. */
    void send(int opcode, byte[] payload) {
        byte[] masked = payload.clone();
        var unused = frames.outbound()
                .append(opcode, masked, 0, masked.length, LoopScratch.get().maskKey());
        frames.outbound().flush();
    }

    @Override
    public void onText(byte[] utf8, int offset, int length) {
        handler.onMessage(this, FrameWriter.TEXT, Arrays.copyOfRange(utf8, offset, offset + length));
    }

    @Override
    public void onBinary(byte[] bytes, int offset, int length) {
        handler.onMessage(this, FrameWriter.BINARY, Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void onEnd(SocketEnd reason) {
        end.complete(reason);
    }

    private final class Dialled implements Connect.Listener {
        private final SocketRequest request;

        Dialled(SocketRequest request) {
            this.request = request;
        }

        @Override
        public void onConnected(Channel channel, Optional<CredentialHeader> credential) {
            Upgrade upgrade = new Upgrade(dialer, request, credential, new Upgrade.Listener() {
                @Override
                public void onAccepted() {
                    channel.pipeline().addLast(frames);
                }

                @Override
                public void onRefused(TransportException cause) {
                    end.complete(new SocketEnd.Failed(cause));
                }
            });
            upgrade.start(channel);
        }

        @Override
        public void onConnectFailed(TransportException cause) {
            end.complete(new SocketEnd.Failed(cause));
        }
    }
}
