package dev.antiphon.transport.websocket;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Checks a base URL once, at the edge. Messages name scheme and host, never the whole text. */
final class BaseUrl {
    private BaseUrl() {}

    /**
     * @param allowPlaintext whether a host other than this machine may be reached without TLS
     * @throws IllegalArgumentException saying what is wrong and what to do
     */
    static URI checked(String text, boolean allowPlaintext) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c <= ' ' || c > '~') {
                throw refused("has a blank, a control character or a character outside ASCII at position " + at);
            }
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException malformed) {
            throw refused("is malformed at position " + malformed.getIndex());
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") && !scheme.equals("ws") && !scheme.equals("wss")) {
            throw refused(
                    scheme.isEmpty()
                            ? "has no scheme; use https, wss, http or ws"
                            : "has scheme " + scheme + "; use https, wss, http or ws");
        }
        if (url.getRawUserInfo() != null
                || (url.getRawAuthority() != null && url.getRawAuthority().indexOf('@') >= 0)) {
            throw refused("carries user info; give credentials apart");
        }
        if (url.getRawFragment() != null) {
            throw refused("carries a fragment, which no server ever sees");
        }
        if (url.getHost() == null || url.getHost().isEmpty() || url.getPort() == 0 || url.getPort() > 65_535) {
            throw refused("names no usable host and port");
        }
        HostPort peer = HostPort.of(url);
        if (!HostPort.isSecure(url) && !allowPlaintext && !peer.isLoopback()) {
            throw refused("would send credentials to " + peer + " without TLS; use https or wss, or allow plaintext");
        }
        return url;
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("the base URL " + why);
    }
}
