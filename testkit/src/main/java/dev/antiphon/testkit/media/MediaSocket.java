package dev.antiphon.testkit.media;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A UDP socket on one address, on the loop of the calls it serves. Bound to its address and not to all of
 * them, because answers must leave from where the checks arrived. Applies the {@link Impairment}. Sends from
 * any thread; delivers on its loop.
 */
final class MediaSocket {
    /** Who takes the datagrams. */
    interface Receiver {
        /** A datagram came; it belongs to the receiver. */
        void onDatagram(MediaSocket socket, InetSocketAddress source, byte[] datagram);
    }

    private static final int LARGEST_DATAGRAM = 2_048;
    private static final int KERNEL_BUFFER = 1 << 20;

    private final EventLoop loop;
    private final Supplier<Impairment> network;
    private final Channel channel;
    private final InetSocketAddress address;

    /**
     * Binds a free port of an address. Blocks for a moment unless called on the loop.
     *
     * @throws UncheckedIOException if the address cannot be bound
     */
    MediaSocket(EventLoop loop, InetAddress local, Supplier<Impairment> network, Receiver receiver) {
        this.loop = loop;
        this.network = network;
        NioDatagramChannel datagrams = new NioDatagramChannel();
        ChannelFuture bound = new Bootstrap()
                .group(loop)
                .channelFactory(() -> datagrams)
                .option(ChannelOption.SO_RCVBUF, KERNEL_BUFFER)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LARGEST_DATAGRAM))
                .handler(new Inlet(receiver))
                .bind(local, 0)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(
                    new IOException("cannot bind a UDP port of " + local.getHostAddress(), bound.cause()));
        }
        channel = bound.channel();
        address = datagrams.localAddress();
    }

    InetSocketAddress address() {
        return address;
    }

    /** @param datagram not to be changed afterwards */
    void send(byte[] datagram, InetSocketAddress target) {
        Impairment impairment = network.get();
        if (impairment.equals(Impairment.NONE)) {
            write(datagram, target);
        } else {
            suffer(impairment, () -> write(datagram, target));
        }
    }

    /** Datagrams that the kernel refuses are lost, as others are on the way. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void write(byte[] datagram, InetSocketAddress target) {
        channel.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(datagram), target), channel.voidPromise());
    }

    private void suffer(Impairment impairment, Runnable passage) {
        SplittableRandom chance = new SplittableRandom(System.nanoTime());
        if (chance.nextDouble() < impairment.loss()) {
            return;
        }
        long nanos = impairment.delay().toNanos()
                + (long) (chance.nextDouble() * impairment.jitter().toNanos());
        if (nanos == 0) {
            passage.run();
        } else {
            var unused = loop.schedule(passage, nanos, TimeUnit.NANOSECONDS);
        }
    }

    void close() {
        ChannelFuture unused = channel.close();
    }

    private final class Inlet extends SimpleChannelInboundHandler<DatagramPacket> {
        private final Receiver receiver;

        Inlet(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
            byte[] datagram = new byte[packet.content().readableBytes()];
            packet.content().readBytes(datagram);
            InetSocketAddress source = packet.sender();
            Impairment impairment = network.get();
            if (impairment.equals(Impairment.NONE)) {
                receiver.onDatagram(MediaSocket.this, source, datagram);
            } else {
                suffer(impairment, () -> receiver.onDatagram(MediaSocket.this, source, datagram));
            }
        }

        /** Such as "port unreachable" for something sent earlier: the next datagram may fare better. */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.read();
        }
    }
}
