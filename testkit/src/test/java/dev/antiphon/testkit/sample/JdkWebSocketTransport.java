package dev.antiphon.testkit.sample;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.EventText;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.NotWrittenException;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.SerialConnection;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import org.jspecify.annotations.Nullable;

/** A direct transport on the JDK's own WebSocket client. One thread serves all conversations. */
final class JdkWebSocketTransport implements RealtimeTransport, AutoCloseable {
    private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1, new DiscardPolicy());
    private final WebSocket.Builder dialer = HttpClient.newHttpClient().newWebSocketBuilder();
    private final URI url;
    private final EventText codec;

    JdkWebSocketTransport(URI url, String key, EventText codec) {
        dialer.header("Authorization", "Bearer " + key);
        this.url = url;
        this.codec = codec;
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
        return new Link(start, inputs, listener);
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits("jdk", List.of("It serves no SDP offer."));
    }

    @Override
    public void close() {
        loop.shutdownNow();
    }

    private final class Link extends SerialConnection<WebSocket> implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        Link(StartRequest start, InputChannels inputs, TransportListener listener) {
            super(loop, listener);
            if (start.offer().isPresent()) {
                ended(Closure.failed(Fault.REQUEST_INVALID, "this transport serves no SDP offer", null));
                return;
            }
            joining(1);
            var unused = dialer.buildAsync(url, this).whenComplete((socket, failure) -> {
                if (failure == null) {
                    standing(socket, inputs, event -> write(socket, event));
                } else {
                    ended(Closure.failed(Fault.CONNECT_FAILED, "no WebSocket was opened", failure));
                }
            });
        }

        @Override
        public void onOpen(WebSocket socket) {} // messages are asked for by request

        @Override
        protected void request(WebSocket socket) {
            socket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                received(codec.decode(message.toString()));
                message.setLength(0);
            } else {
                socket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended(Closure.byServer(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            ended(Closure.failed(Fault.CONNECTION_LOST, "the WebSocket broke", failure));
        }

        private CompletionStage<Void> write(WebSocket socket, ClientEvent event) {
            return isEnding() || socket.isOutputClosed()
                    ? CompletableFuture.failedStage(new NotWrittenException("the WebSocket has ended"))
                    : socket.sendText(codec.encode(event), true).thenApply(sent -> null);
        }

        @Override
        protected void closeSocket(WebSocket socket, Closure wanted) {
            var unused = socket.sendClose(wanted.frameCode(), wanted.frameText());
            socket.request(Long.MAX_VALUE); // up to the answer to our close frame
        }

        @Override
        protected void abort(WebSocket socket) {
            socket.abort();
        }
    }
}
