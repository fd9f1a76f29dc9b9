package dev.antiphon.transport.websocket;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;

/** Linux epoll, if the application put Netty's native transport on its class path. */
final class EpollSupport {
    private EpollSupport() {}

    /** False if the native library, or even the classes that load it, are absent. */
    static boolean isAvailable() {
        try {
            return Epoll.isAvailable();
        } catch (LinkageError notOnTheClassPath) {
            return false;
        }
    }

    static IoHandlerFactory ioHandler() {
        return EpollIoHandler.newFactory();
    }

    static Class<? extends Channel> channelType() {
        return EpollSocketChannel.class;
    }
}
