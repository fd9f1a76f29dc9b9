package dev.antiphon.transport.websocket;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/**
 * Names to addresses by the system's resolver, on background threads. A thousand dials to one name at
 * once ask once. Safe for use by any thread.
 */
final class HostResolver {
    private final Executor background;
    private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> running = new ConcurrentHashMap<>();

    HostResolver(Executor background) {
        this.background = background;
    }

    /**
     * All addresses of a name, in the system's order; an IP literal is its own address. Completes on
     * any thread; fails with {@link UnknownHostException}.
     */
    CompletableFuture<List<InetAddress>> resolve(String host) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            try {
                return CompletableFuture.completedFuture(List.of(InetAddress.getByAddress(host, literal)));
            } catch (UnknownHostException impossible) {
                return CompletableFuture.failedFuture(impossible);
            }
        }
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> earlier = running.putIfAbsent(host, mine);
        if (earlier != null) {
            return earlier;
        }
        try {
            background.execute(() -> lookUp(host, mine));
        } catch (RuntimeException closed) {
            running.remove(host, mine);
            mine.completeExceptionally(closed);
        }
        return mine;
    }

    private void lookUp(String host, CompletableFuture<List<InetAddress>> result) {
        try {
            List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
            running.remove(host, result);
            result.complete(addresses);
        } catch (UnknownHostException | RuntimeException failed) {
            running.remove(host, result);
            result.completeExceptionally(failed);
        }
    }
}
