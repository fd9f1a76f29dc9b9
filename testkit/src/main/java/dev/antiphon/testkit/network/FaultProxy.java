package dev.antiphon.testkit.network;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Stands between a client and a server and makes the network between them as bad as a test wants it:
 * late, cut into slices, slow, broken at a byte, or silent.
 *
 * <pre>{@code
 * try (FaultProxy network = FaultProxy.to(simulator.port())) {
 *     URI url = network.through(simulator.baseUrl());
 *     network.towardsClient(Link.clear().sliced(1));
 *     // …
 *     network.freeze();   // half-open: both connections stand and nothing passes
 * }
 * }</pre>
 *
 * <p>It listens on the loopback interface from {@link #to} until {@link #close}. All its work runs on one
 * thread of its own. What is set holds for bytes that arrive from then on, on open connections too. Safe
 * for use by any thread.
 */
public final class FaultProxy implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int SMALL_BUFFER = 16 * 1024;
    private static final long PATIENCE_MILLIS = 10_000;

    private final EventLoop loop = new SingleThreadIoEventLoop(
            null, new DefaultThreadFactory("antiphon-fault-proxy", true), NioIoHandler.newFactory());
    private final InetSocketAddress server;
    private final Channel listening;
    private final int port;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicLong toServer = new AtomicLong();
    private final AtomicLong toClient = new AtomicLong();

    // Written by any thread, read on the loop.
    private volatile Link towardsServer = Link.clear();
    private volatile Link towardsClient = Link.clear();
    private volatile boolean frozen;

    // Confined to the loop.
    private final Set<Passage> open = new LinkedHashSet<>();
    private final SplittableRandom chance = new SplittableRandom(1);

    private FaultProxy(InetSocketAddress server) {
        this.server = server;
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_RCVBUF, SMALL_BUFFER)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        connect(client);
                    }
                })
                .bind(HOST, 0)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stopLoop();
            throw new UncheckedIOException(new IOException("cannot listen on " + HOST, bound.cause()));
        }
        listening = bound.channel();
        port = ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** A proxy in front of a server on this machine. */
    public static FaultProxy to(int port) {
        return to(HOST, port);
    }

    public static FaultProxy to(String host, int port) {
        return new FaultProxy(new InetSocketAddress(host, port));
    }

    /** Where clients connect. */
    public int port() {
        return port;
    }

    /** The same URL, through this proxy. */
    public URI through(URI url) {
        String authority = url.getRawAuthority();
        return URI.create(url.toString().replaceFirst(Pattern.quote(authority), HOST + ":" + port));
    }

    /** How bytes of the client travel. */
    public void towardsServer(Link link) {
        towardsServer = link;
    }

    /** How bytes of the server travel. */
    public void towardsClient(Link link) {
        towardsClient = link;
    }

    /** How bytes travel in both directions. */
    public void bothWays(Link link) {
        towardsServer(link);
        towardsClient(link);
    }

    /**
     * Half-open: connections stand, nothing passes and no end is told, until {@link #thaw}. New ones are
     * accepted and go nowhere.
     */
    public void freeze() {
        frozen = true;
        onLoop(() -> open.forEach(Passage::go));
    }

    /** What waited passes on, in order. */
    public void thaw() {
        frozen = false;
        onLoop(() -> open.forEach(Passage::go));
    }

    /** Ends all open connections with a reset on both sides. */
    public void reset() {
        onLoop(() -> List.copyOf(open).forEach(Passage::reset));
    }

    /** Connections accepted so far. */
    public int accepted() {
        return accepted.get();
    }

    /** Bytes of clients handed on so far, over all connections. */
    public long bytesToServer() {
        return toServer.get();
    }

    /** Bytes of servers handed on so far, over all connections. */
    public long bytesToClient() {
        return toClient.get();
    }

    private void connect(SocketChannel client) {
        accepted.incrementAndGet();
        client.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(SMALL_BUFFER));
        Passage passage = new Passage(client);
        client.pipeline().addLast(passage.up());
        open.add(passage);
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(passage.down())
                .connect(server);
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                passage.stands((SocketChannel) connecting.channel());
            } else {
                passage.reset();
            }
        });
    }

    /** Ends all connections, stops listening and waits until the thread has ended. Idempotent. */
    @Override
    public void close() {
        ChannelFuture closed = listening.close();
        closed.awaitUninterruptibly();
        onLoop(() -> List.copyOf(open).forEach(Passage::close));
        stopLoop();
    }

    private void stopLoop() {
        loop.shutdownGracefully(0, PATIENCE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(PATIENCE_MILLIS);
    }

    private void onLoop(Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException closed) {
            if (!loop.isShuttingDown()) {
                throw closed;
            }
        }
    }

    @Override
    public String toString() {
        return "FaultProxy[" + HOST + ":" + port + " to " + server + "]";
    }

    /** One client's connection and the one to the server behind it. Confined to the loop. */
    private final class Passage {
        private final Pipe up = new Pipe(() -> towardsServer, () -> frozen, chance, toServer, this::ended);
        private final Pipe down = new Pipe(() -> towardsClient, () -> frozen, chance, toClient, this::ended);
        private final SocketChannel client;

        Passage(SocketChannel client) {
            this.client = client;
        }

        ChannelHandler up() {
            return up;
        }

        ChannelHandler down() {
            return down;
        }

        void stands(SocketChannel toTheServer) {
            if (!client.isOpen()) {
                Pipe.reset(toTheServer);
                return;
            }
            toTheServer.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(SMALL_BUFFER));
            up.connect(client, toTheServer);
            down.connect(toTheServer, client);
        }

        void go() {
            up.pump();
            down.pump();
        }

        /** A pipe has ended: orderly when both have, at once when one broke. */
        private void ended() {
            if (up.isBroken() || down.isBroken()) {
                reset();
            } else if (up.isDone() && down.isDone()) {
                close();
            }
        }

        void reset() {
            Pipe.reset(client);
            up.target().ifPresent(Pipe::reset);
            release();
        }

        void close() {
            Pipe.close(client);
            up.target().ifPresent(Pipe::close);
            release();
        }

        private void release() {
            open.remove(this);
            up.release();
            down.release();
        }
    }
}
