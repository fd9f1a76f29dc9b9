package dev.antiphon.transport.websocket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The threads that connections run on: a few event loops for everything that moves bytes, and
 * background threads, started when needed and gone when idle, for what may block: name resolution,
 * certificate checks, credentials.
 *
 * <p>One instance serves thousands of connections of any number of transports. Safe for use by any
 * thread. All threads are daemons.
 */
public final class NettyResources implements AutoCloseable {
    private static final long QUIET_MILLIS = 0;
    private static final long CLOSE_MILLIS = 5_000;
    private static final String THREADS = "antiphon-";

    /** Whoever looks for threads left behind must tell those that nobody can close. */
    private static final String SHARED_THREADS = "antiphon-shared-";

    private final EventLoopGroup loops;
    private final Class<? extends Channel> channelType;
    private final boolean owned;

    /** Channels on our own loops. Netty may forget those of a loop that is closed in the middle of a turn. */
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();

    private final BackgroundPool names;
    private final BackgroundPool certificates;
    private final BackgroundPool credentials;
    private final HostResolver resolver;
    private volatile boolean closing;

    private NettyResources(
            EventLoopGroup loops, Class<? extends Channel> channelType, boolean owned, String threadNames) {
        this.loops = loops;
        this.channelType = channelType;
        this.owned = owned;
        names = new BackgroundPool(threadNames + "names", 4);
        certificates = new BackgroundPool(threadNames + "tls", 2);
        credentials = new BackgroundPool(threadNames + "credentials", 4);
        resolver = new HostResolver(names);
    }

    /** Event loops of its own, one per processor; started when first used. */
    public static NettyResources create() {
        return create(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Event loops of its own: epoll or else io_uring where the application put that native transport of
     * Netty on its class path and it runs on this machine, NIO otherwise.
     *
     * @param threads how many, at least 1
     * @throws IllegalStateException if the Netty or Jackson on the class path is too old; the message
     *     says what was found and what is needed
     */
    public static NettyResources create(int threads) {
        return create(threads, IoKind.best());
    }

    static NettyResources create(int threads, IoKind kind) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one event loop is needed, not " + threads);
        }
        LibraryVersions.check();
        return new NettyResources(loops(threads, kind, THREADS), kind.channelType(), true, THREADS);
    }

    private static EventLoopGroup loops(int threads, IoKind kind, String threadNames) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(threadNames + "io", true), kind.ioHandler());
    }

    /**
     * Event loops of the application, shared with its other Netty code and not closed by us.
     *
     * @param channelType a socket channel that fits the loops, {@code NioSocketChannel} for example
     */
    public static NettyResources using(EventLoopGroup loops, Class<? extends Channel> channelType) {
        LibraryVersions.check();
        return new NettyResources(loops, channelType, false, THREADS);
    }

    /**
     * One instance for the whole process, made when first asked for. Closing it has no effect. Its threads
     * are named {@code antiphon-shared-…}.
     */
    public static NettyResources shared() {
        return Shared.INSTANCE;
    }

    private static final class Shared {
        static final NettyResources INSTANCE = makeShared();

        private static NettyResources makeShared() {
            LibraryVersions.check();
            IoKind kind = IoKind.best();
            EventLoopGroup loops = loops(Runtime.getRuntime().availableProcessors(), kind, SHARED_THREADS);
            return new NettyResources(loops, kind.channelType(), false, SHARED_THREADS);
        }
    }

    /** The next event loop in turn. */
    public EventLoop nextLoop() {
        return loops.next();
    }

    Class<? extends Channel> channelType() {
        return channelType;
    }

    HostResolver resolver() {
        return resolver;
    }

    BackgroundPool certificates() {
        return certificates;
    }

    BackgroundPool credentials() {
        return credentials;
    }

    /** Sees to it that a channel of one of these loops ends with them. On its loop, once it is registered. */
    void endsWithLoops(Channel channel) {
        if (!owned) {
            return;
        }
        open.add(channel);
        channel.closeFuture().addListener(closed -> open.remove(channel));
        if (closing) {
            closeAtOnce(channel);
        }
    }

    /** Past all handlers: nothing may wait for a peer any more. */
    private static void closeAtOnce(Channel channel) {
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    private void closeChannels() {
        closing = true;
        for (Channel channel : open) {
            try {
                channel.eventLoop().execute(() -> closeAtOnce(channel));
            } catch (RejectedExecutionException closedBefore) {
                // An earlier close() told this channel.
            }
        }
    }

    /**
     * Stops the event loops that this instance made, and with them every connection; waits at most
     * five seconds. Must not be called on an event loop. Idempotent.
     */
    @Override
    public void close() {
        if (owned) {
            closeChannels();
            loops.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(CLOSE_MILLIS);
            names.close();
            certificates.close();
            credentials.close();
        }
    }
}
