package dev.antiphon.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;

/** A TCP connection that ends in a {@link SimulatedWire}. Confined to its loop. */
public final class SimulatedChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final InetSocketAddress HERE = InetSocketAddress.createUnresolved("here", 1);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final ArrayDeque<Runnable> incoming = new ArrayDeque<>();
    private boolean open = true;
    private boolean connected;
    private boolean wantsRead;
    private boolean serverReads = true;

    /** For the bootstrap. */
    public SimulatedChannel() {
        super(null);
    }

    private SimulatedWire wire() {
        return ((SimulatedLoop) eventLoop()).wire;
    }

    /** Bytes came from the server. */
    void arrive(byte[] bytes) {
        arrive(() -> {
            pipeline().fireChannelRead(Unpooled.copiedBuffer(bytes));
            pipeline().fireChannelReadComplete();
        });
    }

    /** The server's end of the connection is gone, behind what it sent. */
    void arriveEnd() {
        arrive(() -> unsafe().close(voidPromise()));
    }

    private void arrive(Runnable effect) {
        eventLoop().execute(() -> {
            incoming.add(effect);
            deliver();
        });
    }

    private void deliver() {
        while (open && connected && wantsRead && !incoming.isEmpty()) {
            wantsRead = false;
            incoming.remove().run();
        }
    }

    /** What was sent and not read yet is lost. */
    void forgetIncoming() {
        eventLoop().execute(incoming::clear);
    }

    /** The server reads, or lets the connection fill up. */
    void serverReads(boolean reads) {
        eventLoop().execute(() -> {
            serverReads = reads;
            if (reads && open) {
                unsafe().flush();
            }
        });
    }

    // ------------------------------------------------------------------ the channel

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                if (promise.setUncancellable() && ensureOpen(promise)) {
                    wire().connect(SimulatedChannel.this, accepted -> {
                        if (!accepted) {
                            promise.tryFailure(new ConnectException("Connection refused"));
                            closeIfClosed();
                        } else if (open) {
                            connected = true;
                            promise.trySuccess();
                            pipeline().fireChannelActive();
                        }
                    });
                }
            }
        };
    }

    @Override
    protected void doBeginRead() {
        wantsRead = true;
        if (!incoming.isEmpty()) {
            eventLoop().execute(this::deliver);
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        while (serverReads && out.current() instanceof ByteBuf bytes) {
            byte[] taken = new byte[bytes.readableBytes()];
            bytes.readBytes(taken);
            out.progress(taken.length);
            out.remove();
            wire().take(taken);
        }
    }

    @Override
    protected void doClose() {
        if (open) {
            open = false;
            boolean stood = connected;
            connected = false;
            incoming.clear();
            wire().closed(stood, serverReads);
        }
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("a client binds nothing");
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof SimulatedLoop;
    }

    @Override
    protected SocketAddress localAddress0() {
        return HERE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return HERE;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return connected;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
