package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.transport.websocket.wire.Dialect;
import dev.antiphon.transport.websocket.wire.Dialects;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One server as one account sees it: base URL, dialect, credentials, headers, TLS and proxy.
 *
 * <p>Everything that belongs to one conversation goes to the same endpoint: a call is created, joined
 * and hung up at the same host with the same identity. Immutable and safe for use by any thread.
 */
public final class RealtimeEndpoint {
    private final URI base;
    private final URI webSocketBase;
    private final boolean allowPlaintext;
    private final Dialect dialect;
    private final Credentials credentials;
    private final Headers headers;
    private final TlsSettings tls;
    private final @Nullable ProxySettings proxy;

    private RealtimeEndpoint(Builder builder, URI base, URI webSocketBase, TlsSettings tls) {
        this.base = base;
        this.webSocketBase = webSocketBase;
        this.allowPlaintext = builder.allowPlaintext;
        this.dialect = builder.dialect;
        this.credentials = builder.credentials;
        this.headers = builder.headers.over(headersOf(dialect));
        this.tls = tls;
        this.proxy = builder.proxy;
    }

    /**
     * Begins an endpoint.
     *
     * @param baseUrl {@code https://api.openai.com/v1} for example; http, https, ws and wss may be used
     *     for each other, sockets and requests pick the form they need
     * @throws IllegalStateException if the Netty or Jackson on the class path is too old; the message
     *     says what was found and what is needed
     */
    public static Builder builder(String baseUrl) {
        LibraryVersions.check();
        return new Builder(baseUrl);
    }

    /** URL of a direct connection. */
    public URI directUrl(SessionConfig session) {
        return checked(dialect.webSocketUrl(webSocketBase, session));
    }

    /** URL of the control connection of a call. Holds the call id, which is a secret. */
    public URI sidebandUrl(String callId) {
        return checked(dialect.sidebandUrl(webSocketBase, callId));
    }

    /** URL that call creation is posted to. */
    public URI callsUrl() {
        return checked(dialect.callsUrl(base));
    }

    /** URL that ends a call. Holds the call id, which is a secret. */
    public URI hangupUrl(String callId) {
        return checked(dialect.hangupUrl(base, callId));
    }

    /** The base URL as given, for tickets that lead back to this endpoint. */
    public URI baseUrl() {
        return base;
    }

    /** A stable name of the account, where the credentials know one; no secret. */
    public Optional<String> identity() {
        return credentials.identity();
    }

    /**
     * URL that mints client secrets.
     *
     * @throws UnsupportedOperationException if servers of this dialect have none
     */
    public URI clientSecretsUrl() {
        return checked(dialect.clientSecretsUrl(base)
                .orElseThrow(() ->
                        new UnsupportedOperationException("the dialect " + dialect.name() + " has no client secrets")));
    }

    /** The protocol variant this server speaks. */
    public Dialect dialect() {
        return dialect;
    }

    /** Host and port of the base URL, for messages. */
    public String host() {
        return HostPort.of(base).toString();
    }

    private static Headers headersOf(Dialect dialect) {
        Headers headers = Headers.none();
        for (Map.Entry<String, String> header : dialect.headers().entrySet()) {
            headers = headers.with(header.getKey(), header.getValue());
        }
        return headers;
    }

    /** A dialect builds URLs; it does not loosen what the edge has checked. */
    private URI checked(URI url) {
        return BaseUrl.checked(url.toASCIIString(), allowPlaintext);
    }

    Credentials credentials() {
        return credentials;
    }

    Headers headers() {
        return headers;
    }

    TlsSettings tls() {
        return tls;
    }

    @Nullable
    ProxySettings proxy() {
        return proxy;
    }

    @Override
    public String toString() {
        return "RealtimeEndpoint[" + host() + ", " + dialect.name() + "]";
    }

    /** Collects an endpoint. Each setter returns this builder. */
    public static final class Builder {
        private final String baseUrl;
        private Dialect dialect = Dialects.realtime();
        private @Nullable String webSocketBaseUrl;
        private boolean allowPlaintext;
        private Credentials credentials = Credentials.none();
        private Headers headers = Headers.none();
        private @Nullable TlsSettings tls;
        private @Nullable ProxySettings proxy;

        private Builder(String baseUrl) {
            this.baseUrl = baseUrl;
        }

        /** The protocol variant; by default {@link Dialects#realtime()}. */
        public Builder dialect(Dialect dialect) {
            this.dialect = dialect;
            return this;
        }

        /** Another base URL for sockets only; by default they use the same. */
        public Builder webSocketBaseUrl(String url) {
            this.webSocketBaseUrl = url;
            return this;
        }

        /** Who we are. By default nobody, which only a local server accepts. */
        public Builder credentials(Credentials credentials) {
            this.credentials = credentials;
            return this;
        }

        /** The account that pays, header {@code OpenAI-Organization}. */
        public Builder organization(String id) {
            return header("OpenAI-Organization", id);
        }

        /** The project within the organisation, header {@code OpenAI-Project}. */
        public Builder project(String id) {
            return header("OpenAI-Project", id);
        }

        /** An opaque id of the end user, header {@code OpenAI-Safety-Identifier}. */
        public Builder safetyIdentifier(String id) {
            return header("OpenAI-Safety-Identifier", id);
        }

        /**
         * One more header of every request and upgrade; takes the place of an earlier one.
         *
         * @throws IllegalArgumentException as {@link Headers#with}
         */
        public Builder header(String name, String value) {
            this.headers = headers.with(name, value);
            return this;
        }

        /** Trust and client certificate; by default what the Java runtime trusts. */
        public Builder tls(TlsSettings tls) {
            this.tls = tls;
            return this;
        }

        /** The way out of this network. By default straight. */
        public Builder proxy(ProxySettings proxy) {
            this.proxy = proxy;
            return this;
        }

        /**
         * Lets {@code http} and {@code ws} reach other machines than this one. Anyone on the way can
         * then read key and conversation: for test networks only.
         */
        public Builder allowPlaintext() {
            this.allowPlaintext = true;
            return this;
        }

        /**
         * Checks both base URLs.
         *
         * @throws IllegalArgumentException if one cannot be used; the message says why
         */
        public RealtimeEndpoint build() {
            URI base = BaseUrl.checked(baseUrl, allowPlaintext);
            URI webSocketBase = webSocketBaseUrl == null ? base : BaseUrl.checked(webSocketBaseUrl, allowPlaintext);
            return new RealtimeEndpoint(this, base, webSocketBase, tls == null ? TlsSettings.defaults() : tls);
        }
    }
}
