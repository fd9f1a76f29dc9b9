package dev.antiphon.app.gateway;

import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;

/**
 * What is checked of every request before anything else happens, and what every answer carries. Cross-site
 * requests are refused by their {@code Origin} (Fetch Standard §3.2): there are no cookies to ride on, but a
 * foreign page must not begin calls at our cost either.
 */
final class Protection {
    private static final int MOST_HEADERS = 64;
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Origins origins;

    Protection(Origins origins) {
        this.origins = origins;
    }

    /** The headers of every answer. */
    void decorate(Exchange exchange) {
        HttpFields.Mutable headers = exchange.response().getHeaders();
        headers.put("Content-Security-Policy", POLICY);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Permissions-Policy", "microphone=(self), camera=(), geolocation=()");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put(HttpHeader.VARY, "Origin");
    }

    /** Whether the request is one at all. */
    Optional<Problem> form(Exchange exchange, boolean isProbe) {
        HttpURI target = exchange.request().getHttpURI();
        String path = target.getPathQuery();
        boolean isElsewhere =
                target.isAbsolute() && target.getAuthority() != null && !origins.knowsHost(target.getAuthority());
        if (path == null || !path.startsWith("/") || isElsewhere) {
            return Optional.of(Problem.of(400, "bad request", "the request target must be a path"));
        } else if (exchange.request().getHeaders().size() > MOST_HEADERS) {
            return Optional.of(Problem.of(431, "too many headers", "send fewer header fields"));
        } else if (exchange.request().getConnectionMetaData().getHttpVersion().getVersion()
                        < HttpVersion.HTTP_1_1.getVersion()
                && !isProbe) {
            return Optional.of(Problem.of(400, "bad request", "HTTP/1.1 is needed"));
        } else if (!isProbe
                && !origins.knowsHost(exchange.header(HttpHeader.HOST).orElse(""))) {
            return Optional.of(Problem.of(400, "bad request", "this host name is not served here"));
        }
        return Optional.empty();
    }

    /** Whether somebody follows a link or types an address: no page gets to see the answer then. */
    boolean followsLink(Exchange exchange) {
        return exchange.header(HttpHeader.ORIGIN).isEmpty()
                && exchange.header("Sec-Fetch-Mode").orElse("").equals("navigate");
    }

    /**
     * Whether a page of this origin may ask for this.
     *
     * @param changes whether the request changes something; it must name its origin then
     */
    Optional<Problem> origin(Exchange exchange, boolean changes, boolean hasToken) {
        Optional<String> origin = exchange.header(HttpHeader.ORIGIN);
        if (origin.isEmpty()) {
            String site = exchange.header("Sec-Fetch-Site").orElse("none");
            boolean crossSite = !site.equals("none") && !site.equals("same-origin");
            // A token is no ambient credential: whoever presents it is no victim of a foreign page.
            return crossSite || (changes && !hasToken) ? Optional.of(foreign()) : Optional.empty();
        } else if (!origins.allows(origin.get())) {
            return Optional.of(foreign());
        } else if (origins.isForeign(origin.get())) {
            HttpFields.Mutable headers = exchange.response().getHeaders();
            headers.put("Access-Control-Allow-Origin", origin.get());
            headers.put("Access-Control-Expose-Headers", "Location, Server-Timing, Retry-After");
            headers.put("Cross-Origin-Resource-Policy", "cross-origin");
        }
        return Optional.empty();
    }

    /** Answers a preflight (Fetch Standard §3.2.2). */
    void preflight(Exchange exchange, String methods) {
        HttpFields.Mutable headers = exchange.response().getHeaders();
        headers.put("Access-Control-Allow-Methods", methods);
        headers.put("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID");
        headers.put("Access-Control-Max-Age", "600");
        exchange.empty(204);
    }

    private static Problem foreign() {
        return Problem.of(403, "foreign origin", "pages of this origin may not use the gateway");
    }
}
