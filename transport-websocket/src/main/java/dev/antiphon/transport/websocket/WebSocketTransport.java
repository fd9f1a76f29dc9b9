package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The direct way in: one WebSocket carries configuration, text, audio and events of one conversation.
 *
 * <p>A start is tried again only after what cannot have reached a session: no connection, no TLS, or
 * an HTTP answer that asks to come back (408, 429, 500, 502, 503, 504). A live connection that is lost
 * ends the conversation with a recoverable closure, because the session's state is gone at the server.
 *
 * <p>Serves any number of conversations on the event loops of its {@link NettyResources}; safe for use
 * by any thread.
 */
public final class WebSocketTransport implements RealtimeTransport {
    private final Dialer dialer;
    private final TransportTraits traits;
    private final DirectConnection.Policy policy;
    private final @Nullable Scheduler scheduler;

    private WebSocketTransport(Builder builder, Dialer dialer) {
        this.dialer = dialer;
        this.scheduler = builder.scheduler;
        this.traits = new TransportTraits(
                "websocket",
                List.of(),
                refused(builder.endpoint),
                builder.endpoint.dialect().sessions());
        this.policy = new DirectConnection.Policy(
                builder.maxAttempts,
                builder.startDeadline,
                builder.retryDelay,
                builder.firstEventTimeout,
                builder.headersPerStart);
    }

    private static Map<String, String> refused(RealtimeEndpoint endpoint) {
        Map<String, String> refused = new HashMap<>(endpoint.dialect().refused());
        refused.putIfAbsent(
                "output_audio_buffer.clear",
                "output_audio_buffer.clear is for WebRTC: on a direct connection audio is played, and stopped, on this side");
        return refused;
    }

    public static Builder builder(RealtimeEndpoint endpoint) {
        return new Builder(endpoint);
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
        EventLoop loop = dialer.nextLoop();
        DirectConnection connection = new DirectConnection(
                dialer,
                policy,
                loop,
                scheduler == null ? new LoopTime(() -> loop) : scheduler,
                start,
                inputs,
                listener);
        connection.begin();
        return connection;
    }

    @Override
    public TransportTraits traits() {
        return traits;
    }

    @Override
    public String toString() {
        return "WebSocketTransport[" + dialer.endpoint() + "]";
    }

    /** Collects a transport. Each setter returns this builder. */
    public static final class Builder {
        private final RealtimeEndpoint endpoint;
        private SocketSettings settings = SocketSettings.defaults();
        private @Nullable NettyResources resources;
        private @Nullable Scheduler scheduler;
        private int maxAttempts = 3;
        private Duration startDeadline = Duration.ofSeconds(30);
        private Duration retryDelay = Duration.ofMillis(200);
        private Duration firstEventTimeout = Duration.ofSeconds(15);
        private Function<StartRequest, Headers> headersPerStart = start -> Headers.none();

        private Builder(RealtimeEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        /** Deadlines and limits of each socket; by default {@link SocketSettings#defaults()}. */
        public Builder settings(SocketSettings settings) {
            this.settings = settings;
            return this;
        }

        /** Threads; by default {@link NettyResources#shared()}. Not closed by the transport. */
        public Builder resources(NettyResources resources) {
            this.resources = resources;
            return this;
        }

        /**
         * Time for the waits between attempts, the start deadline and the first event; the event loops'
         * own by default. Deadlines of sockets (connect, TLS, upgrade, pings, writes, close) always use
         * that one. The caller keeps ownership.
         */
        public Builder scheduler(Scheduler time) {
            this.scheduler = time;
            return this;
        }

        /** How many times a start is tried; 1 means never again. Default 3. */
        public Builder maxAttempts(int attempts) {
            if (attempts < 1) {
                throw new IllegalArgumentException("at least one attempt is needed, not " + attempts);
            }
            this.maxAttempts = attempts;
            return this;
        }

        /** All attempts together, waiting included. Default 30 s. */
        public Builder startDeadline(Duration deadline) {
            this.startDeadline = deadline;
            return this;
        }

        /** The wait before the second attempt; doubles with each, with jitter. Default 200 ms. */
        public Builder retryDelay(Duration delay) {
            this.retryDelay = delay;
            return this;
        }

        /**
         * How long after the upgrade the server's first event may take. A server that accepts and says
         * nothing serves nobody: the conversation ends with
         * {@link dev.antiphon.core.model.Fault#UPGRADE_TIMEOUT}. Not tried again, as the session may
         * exist. Default 15 s.
         */
        public Builder firstEventTimeout(Duration timeout) {
            this.firstEventTimeout = timeout;
            return this;
        }

        /**
         * Headers of one conversation, {@code x-session-id} or {@code OpenAI-Safety-Identifier} for
         * example; they take the place of the endpoint's. Called on the thread that starts the
         * conversation.
         */
        public Builder headersPerStart(Function<StartRequest, Headers> headers) {
            this.headersPerStart = headers;
            return this;
        }

        public WebSocketTransport build() {
            Dialer.Builder dialer = Dialer.builder(endpoint).settings(settings);
            if (resources != null) {
                dialer.resources(resources);
            }
            return new WebSocketTransport(this, dialer.build());
        }
    }
}
