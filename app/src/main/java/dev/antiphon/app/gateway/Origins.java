package dev.antiphon.app.gateway;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Web origins whose pages may use the gateway (RFC 6454), compared whole: scheme, host and port. The hosts
 * of these origins are also the only ones that requests may name in {@code Host}, so that no foreign name
 * can be bound to our address. Immutable.
 */
final class Origins {
    private final Set<String> own = new HashSet<>();
    private final Set<String> all = new HashSet<>();
    private final Set<String> hosts = new HashSet<>();

    /** @param others origins beside the gateway's own */
    Origins(int port, Set<String> others) {
        for (String host : Set.of("127.0.0.1", "localhost", "[::1]")) {
            own.add("http://" + host + ":" + port);
            hosts.add(host + ":" + port);
        }
        all.addAll(own);
        for (String other : others) {
            String origin = checked(other);
            all.add(origin);
            hosts.add(origin.substring(origin.indexOf("://") + 3));
        }
    }

    /**
     * The origin as browsers write it.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String checked(String origin) {
        URI parts;
        try {
            parts = URI.create(origin);
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("not a web origin: " + origin, unreadable);
        }
        boolean web = "https".equals(parts.getScheme()) || "http".equals(parts.getScheme());
        if (!web || parts.getHost() == null || !(parts.getScheme() + "://" + parts.getAuthority()).equals(origin)) {
            throw new IllegalArgumentException(
                    "not a web origin: " + origin + " (write https://host or https://host:port)");
        }
        return origin.toLowerCase(Locale.ROOT);
    }

    boolean allows(String origin) {
        return all.contains(origin);
    }

    boolean knowsHost(String host) {
        return hosts.contains(host.toLowerCase(Locale.ROOT));
    }

    /** Whether a page of this origin needs CORS headers to read our answers. */
    boolean isForeign(String origin) {
        return !own.contains(origin);
    }
}
