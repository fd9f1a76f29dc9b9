package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From a URL to a channel that is ready for the first byte: credentials, name, TCP, proxy, TLS. Each
 * step has a deadline, and {@link #cancel} works in each. Confined to its event loop.
 */
final class Connect {
    /** Hears exactly one of the two, unless the connect is cancelled. */
    interface Listener {
        /** The channel stands and the TLS handshake, if any, is done. The listener owns the channel. */
        void onConnected(Channel channel, Optional<CredentialHeader> credential);

        /** No channel stands; not one byte of a request was sent. */
        void onConnectFailed(TransportException cause);
    }

    private final RealtimeEndpoint endpoint;
    private final SocketSettings settings;
    private final NettyResources resources;
    private final EventLoop loop;
    private final HostPort target;
    private final boolean secure;
    private final Listener listener;

    private boolean done;
    private @Nullable Channel channel;
    private @Nullable Future<?> timer;
    private long connectBefore;
    private Optional<CredentialHeader> credential = Optional.empty();

    Connect(Dialer dialer, URI url, EventLoop loop, Listener listener) {
        this.endpoint = dialer.endpoint();
        this.settings = dialer.settings();
        this.resources = dialer.resources();
        this.loop = loop;
        this.target = HostPort.of(url);
        this.secure = HostPort.isSecure(url);
        this.listener = listener;
    }

    void start() {
        deadline(
                settings.credentialsTimeout(),
                () -> new TransportException(Fault.CREDENTIALS_UNAVAILABLE, "credentials did not come in time"));
        CompletionStage<Optional<CredentialHeader>> asked =
                endpoint.credentials() instanceof FixedCredentials fixed ? fixed.forDial() : askInBackground();
        onLoop(asked, (header, failed) -> {
            if (failed != null) {
                // The cause is not attached: a supplier's exception may quote the key.
                fail(new TransportException(
                        Fault.CREDENTIALS_UNAVAILABLE,
                        "credentials were not supplied: " + failed.getClass().getSimpleName() + reasonOf(failed)));
            } else {
                credential = header;
                resolve();
            }
        });
    }

    /** Our own checks never quote a value; anyone else's message might. */
    private static String reasonOf(Throwable failed) {
        StackTraceElement[] trace = failed.getStackTrace();
        boolean ours = failed instanceof IllegalArgumentException
                && trace.length > 0
                && trace[0].getClassName().startsWith(Headers.class.getPackageName());
        return ours ? " (" + failed.getMessage() + ")" : "";
    }

    private CompletionStage<Optional<CredentialHeader>> askInBackground() {
        CompletableFuture<Optional<CredentialHeader>> header = new CompletableFuture<>();
        resources.credentials().execute(() -> {
            try {
                endpoint.credentials().forDial().whenComplete((value, failed) -> {
                    if (failed != null) {
                        header.completeExceptionally(failed);
                    } else {
                        header.complete(value);
                    }
                });
            } catch (RuntimeException failed) {
                header.completeExceptionally(failed);
            }
        });
        return header;
    }

    private void resolve() {
        ProxySettings proxy = endpoint.proxy();
        String name = proxy == null ? target.host() : proxy.address().host();
        connectBefore = System.nanoTime() + settings.connectTimeout().toNanos();
        deadline(
                settings.connectTimeout(),
                () -> NetworkFaults.connect(new TimeoutException("connect timeout"), described()));
        onLoop(resources.resolver().resolve(name), (addresses, failed) -> {
            if (failed != null) {
                fail(NetworkFaults.connect(failed, proxy == null ? described() : "proxy " + proxy.address()));
            } else {
                connect(addresses.iterator(), addresses);
            }
        });
    }

    /** Tries one address after the other; each gets its share of the time that is left. */
    private void connect(Iterator<InetAddress> left, List<InetAddress> all) {
        ProxySettings proxy = endpoint.proxy();
        InetAddress address = left.next();
        long share = Math.max(1, (connectBefore - System.nanoTime()) / 1_000_000 / Math.max(1, all.size()));
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(resources.channelType())
                .disableResolver()
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.SO_SNDBUF, settings.sendBufferBytes())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, left.hasNext() ? (int) share : 0)
                .handler(new FaultSink());
        ChannelFuture connecting;
        if (proxy == null) {
            connecting = bootstrap.connect(new InetSocketAddress(address, target.port()));
        } else {
            ProxyHandler handler = proxy.newHandler(
                    new InetSocketAddress(address, proxy.address().port()));
            handler.setConnectTimeoutMillis(0);
            bootstrap.handler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel fresh) {
                    fresh.pipeline().addLast(handler, new FaultSink());
                }
            });
            connecting = bootstrap.connect(InetSocketAddress.createUnresolved(target.host(), target.port()));
        }
        channel = connecting.channel();
        resources.endsWithLoops(connecting.channel());
        connecting.addListener(finished -> {
            if (done) {
                return;
            }
            if (finished.isSuccess()) {
                connected(connecting.channel());
            } else if (left.hasNext()) {
                connect(left, all);
            } else {
                fail(NetworkFaults.connect(finished.cause(), described()));
            }
        });
    }

    private void connected(Channel standing) {
        standing.config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(512, 2048, 128 * 1024));
        ProxyHandler proxy = standing.pipeline().get(ProxyHandler.class);
        if (proxy == null) {
            handshake(standing);
            return;
        }
        proxy.connectFuture().addListener(finished -> {
            if (done) {
                return;
            }
            if (finished.isSuccess()) {
                handshake(standing);
            } else {
                fail(NetworkFaults.connect(finished.cause(), described()));
            }
        });
    }

    private void handshake(Channel standing) {
        stopTimer();
        if (!secure) {
            succeed(standing);
            return;
        }
        SslHandler tls = endpoint.tls().newHandler(standing.alloc(), target, settings, resources.certificates());
        tls.handshakeFuture().addListener(finished -> {
            if (done) {
                return;
            }
            if (finished.isSuccess()) {
                succeed(standing);
            } else {
                fail(NetworkFaults.tls(finished.cause(), target.toString()));
            }
        });
        standing.pipeline().remove(FaultSink.class);
        standing.pipeline().addLast(tls, new FaultSink());
    }

    private void succeed(Channel standing) {
        if (!standing.isActive()) {
            fail(new TransportException(Fault.CONNECT_FAILED, target + " ended the connection at once"));
            return;
        }
        done = true;
        standing.pipeline().remove(FaultSink.class);
        listener.onConnected(standing, credential);
    }

    private void fail(TransportException cause) {
        if (!done) {
            release(() -> listener.onConnectFailed(cause));
        }
    }

    /** Gives up in whatever step; {@code after} runs when no channel is left. Without effect once connected. */
    void cancel(Runnable after) {
        if (!done) {
            release(after);
        }
    }

    private void release(Runnable after) {
        done = true;
        stopTimer();
        Channel open = channel;
        if (open == null) {
            after.run();
        } else {
            var unused = open.close();
            open.closeFuture().addListener(closed -> after.run());
        }
    }

    private String described() {
        ProxySettings proxy = endpoint.proxy();
        return proxy == null ? target.toString() : target + " through proxy " + proxy.address();
    }

    private void deadline(Duration timeout, Supplier<TransportException> otherwise) {
        stopTimer();
        timer = loop.schedule(() -> fail(otherwise.get()), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopTimer() {
        Future<?> running = timer;
        if (running != null) {
            timer = null;
            running.cancel(false);
        }
    }

    /** Each step's future reports its fault; here it would only be reported again. */
    private static final class FaultSink extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
    }

    private <T> void onLoop(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> next) {
        stage.whenComplete((value, failed) -> {
            Throwable cause =
                    failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
            Runnable step = () -> {
                if (!done) {
                    next.accept(value, cause);
                }
            };
            if (loop.inEventLoop()) {
                step.run();
            } else {
                execute(step);
            }
        });
    }

    private void execute(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException closing) {
            // The loops were closed while a name was looked up; nobody is left to hear of it.
            done = true;
        }
    }
}
