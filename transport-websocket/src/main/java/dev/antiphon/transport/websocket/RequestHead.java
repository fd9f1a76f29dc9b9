package dev.antiphon.transport.websocket;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.util.Optional;

/** The first lines of a request: target, host and headers in their order of precedence. */
final class RequestHead {
    private static final Headers DEFAULTS = Headers.of("User-Agent", "antiphon/" + version());

    private RequestHead() {}

    private static String version() {
        String version = RequestHead.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Path and query of a URL, never empty. */
    static String target(URI url) {
        String path = url.getRawPath();
        String query = url.getRawQuery();
        return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
    }

    /** Own headers replace the endpoint's; defaults only fill gaps; nobody replaces the credential. */
    static void fill(
            HttpHeaders into, URI url, Headers own, RealtimeEndpoint endpoint, Optional<CredentialHeader> credential) {
        into.set("Host", HostPort.of(url).authority(HostPort.isSecure(url)));
        Headers merged = own.over(endpoint.headers()).over(DEFAULTS);
        if (credential.isPresent()) {
            merged = merged.withCredential(credential.get());
        }
        merged.forEach(into::add);
    }
}
