package dev.antiphon.transport.websocket;

import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that connects us to the server: it sees the server's name and port, and inside TLS nothing
 * else. The server's name is resolved by the proxy. Its credentials go to the proxy only.
 */
public final class ProxySettings {
    private enum Kind {
        HTTP_CONNECT,
        SOCKS5
    }

    private final Kind kind;
    private final HostPort address;
    private final @Nullable String user;
    private final @Nullable String password;

    private ProxySettings(Kind kind, HostPort address, @Nullable String user, @Nullable String password) {
        this.kind = kind;
        this.address = address;
        this.user = user;
        this.password = password;
    }

    /** A proxy that is asked with {@code CONNECT}, RFC 9110 §9.3.6. */
    public static ProxySettings httpConnect(String host, int port) {
        return new ProxySettings(Kind.HTTP_CONNECT, checked(host, port), null, null);
    }

    /** A SOCKS version 5 proxy, RFC 1928. */
    public static ProxySettings socks5(String host, int port) {
        return new ProxySettings(Kind.SOCKS5, checked(host, port), null, null);
    }

    /**
     * The same proxy with a user name and password, RFC 7617 or RFC 1929.
     *
     * @throws IllegalArgumentException if the name is blank or holds a colon or a control character; the
     *     message does not repeat it
     */
    public ProxySettings withCredentials(String user, String password) {
        if (user.isBlank()
                || user.indexOf(':') >= 0
                || (user + password).chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "proxy user must not be blank or hold a colon, and nothing may hold control characters");
        }
        return new ProxySettings(kind, address, user, password);
    }

    private static HostPort checked(String host, int port) {
        if (host.isBlank() || !host.chars().allMatch(c -> c > ' ' && c < 0x7f) || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not the address of a proxy");
        }
        return new HostPort(host, port);
    }

    HostPort address() {
        return address;
    }

    ProxyHandler newHandler(InetSocketAddress resolved) {
        String name = user;
        String secret = password;
        if (kind == Kind.SOCKS5) {
            return name == null || secret == null
                    ? new Socks5ProxyHandler(resolved)
                    : new Socks5ProxyHandler(resolved, name, secret);
        }
        return name == null || secret == null
                ? new HttpProxyHandler(resolved)
                : new HttpProxyHandler(resolved, name, secret);
    }

    @Override
    public String toString() {
        return kind + " " + address + (user == null ? "" : " with credentials");
    }
}
