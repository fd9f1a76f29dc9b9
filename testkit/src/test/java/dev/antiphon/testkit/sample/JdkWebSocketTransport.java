package dev.antiphon.testkit.sample;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** A direct transport on the JDK's own WebSocket client. One thread serves all conversations. */
final class JdkWebSocketTransport implements RealtimeTransport, AutoCloseable {
    private static final Set<Integer> PASSING = Set.of(1001, 1005, 1006, 1011, 1012, 1013);

    private final ScheduledThreadPoolExecutor loop =
            new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());
    private final WebSocket.Builder dialer;
    private final URI url;

    JdkWebSocketTransport(URI url, String key) {
        this.url = url;
        this.dialer = HttpClient.newHttpClient().newWebSocketBuilder().header("Authorization", "Bearer " + key);
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
        Link link = new Link(inputs, listener);
        loop.execute(() -> link.dial(start));
        return link;
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits("jdk", List.of("It serves no SDP offer."));
    }

    @Override
    public void close() {
        loop.shutdownNow();
    }

    /** One conversation. Fields are written by the loop's thread only. */
    private final class Link implements TransportConnection, InputWriter, WebSocket.Listener {
        private final InputChannels inputs;
        private final TransportListener listener;
        private final StringBuilder message = new StringBuilder();
        private volatile @Nullable WebSocket socket;
        private volatile @Nullable Closure closure; // the end, once it is decided
        private boolean ended; // and once it was reported
        private boolean paused;
        private boolean reading; // a message was asked for and has not come

        Link(InputChannels inputs, TransportListener listener) {
            this.inputs = inputs;
            this.listener = listener;
        }

        void dial(StartRequest start) {
            if (start.offer().isPresent()) {
                end(fault(Fault.REQUEST_INVALID, "this transport serves no SDP offer", null));
            } else if (!ended) {
                listener.onJoining(1);
                var unused = dialer.buildAsync(url, this).exceptionally(failure -> {
                    loop.execute(() -> end(fault(Fault.CONNECT_FAILED, "no WebSocket was opened", failure)));
                    return null;
                });
            }
        }

        @Override
        public void onOpen(WebSocket opened) {
            loop.execute(() -> {
                socket = opened;
                if (ended) {
                    opened.abort();
                } else {
                    inputs.drainTo(this);
                    read();
                }
            });
        }

        private void read() {
            if (socket != null && !reading && !paused) {
                reading = true;
                socket.request(1);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            String text = part.toString();
            loop.execute(() -> {
                reading = false;
                message.append(text);
                if (last && closure == null) {
                    listener.onEvent(Json.decode(message.toString()));
                }
                message.setLength(last ? 0 : message.length());
                read();
            });
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            loop.execute(() -> end(Closure.byServer(code, reason, PASSING.contains(code))));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            loop.execute(() -> end(fault(Fault.CONNECTION_LOST, "the WebSocket broke", failure)));
        }

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            WebSocket to = socket;
            if (to == null || closure != null || to.isOutputClosed()) {
                return CompletableFuture.failedStage(new NotWrittenException("the WebSocket has ended"));
            }
            return to.sendText(Json.encode(event), true).thenApply(sent -> null);
        }

        @Override
        public void pauseReceiving() {
            loop.execute(() -> paused = true);
        }

        @Override
        public void resumeReceiving() {
            loop.execute(() -> {
                paused = false;
                read();
            });
        }

        @Override
        public void close(Closure wanted) {
            loop.execute(() -> {
                WebSocket to = socket;
                if (to == null) {
                    end(wanted);
                } else if (closure == null) {
                    closure = wanted;
                    int code = wanted.code() == 1000 || wanted.code() >= 3000 ? wanted.code() : 1000;
                    var unused = to.sendClose(code, cut(wanted.text()));
                    to.request(Long.MAX_VALUE); // up to the answer to our close frame
                    var unusedToo = loop.schedule(() -> end(wanted), 500, MILLISECONDS);
                }
            });
        }

        private void end(Closure reason) {
            if (!ended) {
                ended = true;
                closure = closure == null ? reason : closure;
                if (socket != null) {
                    socket.abort();
                }
                listener.onClosed(closure);
            }
        }
    }

    private static Closure fault(Fault fault, String what, @Nullable Throwable cause) {
        return Closure.failed(new TransportException(fault, what, cause));
    }

    /** At most 123 bytes, RFC 6455 §5.5: a code point takes four at most. */
    private static String cut(String text) {
        return text.substring(0, text.offsetByCodePoints(0, Math.min(30, text.codePointCount(0, text.length()))));
    }
}
