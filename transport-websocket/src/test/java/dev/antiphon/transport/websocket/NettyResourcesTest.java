package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NettyResourcesTest {
    @Test
    void closing_ends_its_own_loops_and_a_dial_afterwards_is_refused() {
        NettyResources own = NettyResources.create(2);
        Dialer dialer = Dialer.builder(
                        RealtimeEndpoint.builder("ws://127.0.0.1:1").build())
                .resources(own)
                .build();
        own.close();
        own.close();

        assertThat(own.nextLoop().isTerminated()).isTrue();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> dialer.openSocket(
                        SocketRequest.to(URI.create("ws://127.0.0.1:1/v1/realtime")),
                        own.nextLoop(),
                        new RecordingSocketListener()));
    }

    @Test
    void threads_that_nobody_can_close_are_told_by_their_names() throws Exception {
        NettyResources own = NettyResources.create(1);

        assertThat(threadOf(NettyResources.shared().nextLoop())).startsWith("antiphon-shared-io-");
        assertThat(threadOf(NettyResources.shared().credentials())).startsWith("antiphon-shared-credentials-");
        assertThat(threadOf(own.nextLoop())).startsWith("antiphon-io-");
        assertThat(threadOf(own.credentials())).startsWith("antiphon-credentials-");
        own.close();
    }

    private static String threadOf(Executor executor) throws Exception {
        return CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), executor)
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void connections_end_with_their_loops_at_whatever_moment_of_a_turn_the_loops_are_closed() throws Exception {
        NettyResources own = NettyResources.create(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Dialer dialer = Dialer.builder(
                            RealtimeEndpoint.builder("ws://127.0.0.1:1").build())
                    .resources(own)
                    .build();
            URI url = URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/v1/realtime");
            EventLoop loop = own.nextLoop();
            dialer.openSocket(SocketRequest.to(url), loop, new RecordingSocketListener());
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(10_000);
                // Netty looks for channels to close before it runs tasks; a close that comes in a task finds it past
                // that.
                CountDownLatch inATask = new CountDownLatch(1);
                loop.execute(() -> {
                    inATask.countDown();
                    while (!loop.isShuttingDown()) {
                        Thread.onSpinWait();
                    }
                });
                assertThat(inATask.await(10, TimeUnit.SECONDS)).isTrue();

                own.close();

                assertThat(ended(accepted)).isTrue();
            }
        }
    }

    /** Reads what was sent before the end. */
    private static boolean ended(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void loops_of_the_application_and_shared_ones_are_not_closed() {
        MultiThreadIoEventLoopGroup theirs = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        NettyResources.using(theirs, NioSocketChannel.class).close();
        NettyResources.shared().close();

        assertThat(theirs.isShuttingDown()).isFalse();
        assertThat(NettyResources.shared().nextLoop().isShuttingDown()).isFalse();
        assertThat(NettyResources.shared()).isSameAs(NettyResources.shared());
        theirs.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void at_least_one_loop_is_needed() {
        assertThatIllegalArgumentException().isThrownBy(() -> NettyResources.create(0));
    }
}
