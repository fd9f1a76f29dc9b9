package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import java.util.concurrent.RejectedExecutionException;
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
