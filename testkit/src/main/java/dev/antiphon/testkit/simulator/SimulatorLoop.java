package dev.antiphon.testkit.simulator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The one thread of a simulator, on which it listens and does all its work. */
final class SimulatorLoop {
    static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private volatile Optional<Thread> thread = Optional.empty();
    private final EventLoop loop = new SingleThreadIoEventLoop(null, this::newThread, NioIoHandler.newFactory());

    EventLoop eventLoop() {
        return loop;
    }

    /**
     * Begins to listen; waits until the port is bound.
     *
     * @param port 0 for a free one
     * @param connections sees each connection that comes in
     * @throws UncheckedIOException if the port cannot be bound
     */
    Channel listen(int port, ChannelHandler connections) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(connections)
                .bind(HOST, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(
                    new IOException("cannot listen on " + HOST + ":" + port + ": is the port in use?", bound.cause()));
        }
        return bound.channel();
    }

    /** Ends the thread and waits until it has gone, unless this is that thread. */
    void stop() {
        Future<?> ended = loop.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (loop.inEventLoop()) {
            return;
        }
        ended.awaitUninterruptibly(PATIENCE.toMillis());
        try {
            // The loop reports its end a moment before its thread has gone.
            if (thread.isPresent()) {
                thread.get().join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread newThread(Runnable work) {
        Thread worker = new FastThreadLocalThread(work, "antiphon-simulator");
        worker.setDaemon(true);
        thread = Optional.of(worker);
        return worker;
    }
}
