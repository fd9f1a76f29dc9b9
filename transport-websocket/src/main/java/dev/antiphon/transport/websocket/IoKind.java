package dev.antiphon.transport.websocket;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * How event loops ask the operating system. The native kinds are there where the application put
 * Netty's native transports on its class path and they run on this machine. Each constant is a
 * class of its own, so that absent classes are a missing kind and not a failure.
 */
enum IoKind {
    EPOLL {
        @Override
        boolean isPresent() {
            return Epoll.isAvailable();
        }

        @Override
        IoHandlerFactory ioHandler() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Class<? extends Channel> channelType() {
            return EpollSocketChannel.class;
        }
    },

    IO_URING {
        @Override
        boolean isPresent() {
            return IoUring.isAvailable();
        }

        @Override
        IoHandlerFactory ioHandler() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        Class<? extends Channel> channelType() {
            return IoUringSocketChannel.class;
        }
    },

    NIO {
        @Override
        boolean isPresent() {
            return true;
        }

        @Override
        IoHandlerFactory ioHandler() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends Channel> channelType() {
            return NioSocketChannel.class;
        }
    };

    /** The first of the kinds in their order that is available. */
    static IoKind best() {
        for (IoKind kind : values()) {
            if (kind.isAvailable()) {
                return kind;
            }
        }
        return NIO;
    }

    /** False if the native library, or even the classes that load it, are absent. */
    boolean isAvailable() {
        try {
            return isPresent();
        } catch (LinkageError notOnTheClassPath) {
            return false;
        }
    }

    abstract boolean isPresent();

    abstract IoHandlerFactory ioHandler();

    abstract Class<? extends Channel> channelType();
}
