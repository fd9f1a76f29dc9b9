package dev.antiphon.transport.websocket;

import dev.antiphon.core.port.Scheduler;
import io.netty.channel.EventLoop;

/**
 * Opens sockets and sends requests to one endpoint. One dialer means one host and one identity, so
 * whoever creates a call and joins it through the same dialer cannot mix up accounts.
 *
 * <p>Holds no connections; safe for use by any thread.
 */
public final class Dialer {
    private final RealtimeEndpoint endpoint;
    private final SocketSettings settings;
    private final NettyResources resources;

    private Dialer(Builder builder) {
        this.endpoint = builder.endpoint;
        this.settings = builder.settings;
        this.resources = builder.resources == null ? NettyResources.shared() : builder.resources;
    }

    public static Builder builder(RealtimeEndpoint endpoint) {
        return new Builder(endpoint);
    }

    /** An event loop, for one connection's state and all its dials. */
    public EventLoop nextLoop() {
        return resources.nextLoop();
    }

    /** Real time on the event loops, without a thread of its own. Once they are shut down no timer runs. */
    public Scheduler time() {
        return new LoopTime(this::nextLoop);
    }

    /**
     * Dials a WebSocket. Returns at once, in whatever state the network is; everything else is heard by
     * the listener, beginning with a later task of {@code loop}. Any thread.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the event loops were closed
     */
    public RealtimeSocket openSocket(SocketRequest request, EventLoop loop, SocketListener listener) {
        RealtimeSocket socket = new RealtimeSocket(this, request, loop, listener);
        loop.execute(socket::dial);
        return socket;
    }

    /**
     * Sends one HTTP request over a connection of its own. Returns at once; the answer completes on
     * {@code loop}, with a later task. Any thread.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the event loops were closed
     */
    public HttpExchange send(HttpCall call, EventLoop loop) {
        HttpExchange exchange = new HttpExchange(this, call, loop);
        loop.execute(exchange::dial);
        return exchange;
    }

    public RealtimeEndpoint endpoint() {
        return endpoint;
    }

    SocketSettings settings() {
        return settings;
    }

    NettyResources resources() {
        return resources;
    }

    /** Collects a dialer. */
    public static final class Builder {
        private final RealtimeEndpoint endpoint;
        private SocketSettings settings = SocketSettings.defaults();
        private @org.jspecify.annotations.Nullable NettyResources resources;

        private Builder(RealtimeEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        /** Deadlines and limits; by default {@link SocketSettings#defaults()}. */
        public Builder settings(SocketSettings settings) {
            this.settings = settings;
            return this;
        }

        /** Threads; by default {@link NettyResources#shared()}. */
        public Builder resources(NettyResources resources) {
            this.resources = resources;
            return this;
        }

        public Dialer build() {
            return new Dialer(this);
        }
    }
}
