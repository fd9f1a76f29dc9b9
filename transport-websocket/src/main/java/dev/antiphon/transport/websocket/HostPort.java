package dev.antiphon.transport.websocket;

import java.net.URI;
import java.util.Locale;

/** One end of a TCP connection: a name or an IP literal without brackets, and a port. */
record HostPort(String host, int port) {
    static HostPort of(URI url) {
        String host = url.getHost();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = url.getPort();
        return new HostPort(host, port >= 0 ? port : isSecure(url) ? 443 : 80);
    }

    static boolean isSecure(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        return scheme.equals("https") || scheme.equals("wss");
    }

    /** Whether this can only be the machine we run on. */
    boolean isLoopback() {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals("localhost")
                || lower.endsWith(".localhost")
                || lower.equals("::1")
                || lower.equals("0:0:0:0:0:0:0:1")
                || lower.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** As in a {@code Host} header: with brackets if needed, without the port that the scheme implies. */
    String authority(boolean secure) {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (secure ? 443 : 80) ? name : name + ":" + port;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
