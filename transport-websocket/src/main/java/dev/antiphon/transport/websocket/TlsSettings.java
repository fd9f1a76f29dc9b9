package dev.antiphon.transport.websocket;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is spoken: versions 1.2 and 1.3, and whom we trust. The server's certificate is always
 * checked, for its chain and for its host name; there is no setting to trust everything. Immutable,
 * made once and shared by all connections.
 */
public final class TlsSettings {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SslContext context;

    private TlsSettings(SslContext context) {
        this.context = context;
    }

    /** The certificate authorities of the Java runtime. */
    public static TlsSettings defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * A context that the application has set up: its key and trust managers, a PKCS#11 token, FIPS.
     * The host name is checked all the same.
     */
    public static TlsSettings of(SSLContext context) {
        return new TlsSettings(new JdkSslContext(
                context,
                true,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                ApplicationProtocolConfig.DISABLED,
                ClientAuth.NONE,
                VERSIONS,
                false));
    }

    /** The handler for one connection. Certificates are checked on {@code tasks}, not on the event loop. */
    SslHandler newHandler(
            io.netty.buffer.ByteBufAllocator allocator, HostPort peer, SocketSettings settings, Executor tasks) {
        SslHandler handler = context.newHandler(allocator, peer.host(), peer.port(), tasks);
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(settings.tlsTimeout().toMillis());
        handler.setCloseNotifyFlushTimeoutMillis(
                Math.min(500, settings.closeDeadline().toMillis()));
        return handler;
    }

    /** Collects trust and identity. */
    public static final class Builder {
        private @Nullable Path authorities;
        private @Nullable TrustManagerFactory trustManagers;
        private @Nullable Path chain;
        private @Nullable Path key;
        private @Nullable String keyPassword;

        private Builder() {}

        /** Trusts the certificate authorities of a PEM file instead of the Java runtime's. */
        public Builder trustPem(Path authorities) {
            this.authorities = authorities;
            return this;
        }

        /** Trusts what these trust managers trust. */
        public Builder trustManagers(TrustManagerFactory trustManagers) {
            this.trustManagers = trustManagers;
            return this;
        }

        /**
         * Shows a client certificate to servers that ask for one.
         *
         * @param chain PEM file: our certificate, then intermediate ones
         * @param key PEM file: PKCS#8 private key, not encrypted
         */
        public Builder clientCertificate(Path chain, Path key) {
            this.chain = chain;
            this.key = key;
            return this;
        }

        /** As {@link #clientCertificate(Path, Path)} with an encrypted key. */
        public Builder clientCertificate(Path chain, Path key, String keyPassword) {
            this.keyPassword = keyPassword;
            return clientCertificate(chain, key);
        }

        /**
         * Reads the files.
         *
         * @throws IllegalArgumentException if a file cannot be read or holds no certificate or key; the
         *     message names the file
         */
        public TlsSettings build() {
            SslContextBuilder context =
                    SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols(VERSIONS);
            if (authorities != null) {
                checkReadable(authorities);
                configure("certificate authorities", authorities, context::trustManager);
            } else if (trustManagers != null) {
                context.trustManager(trustManagers);
            }
            Path chainFile = chain;
            Path keyFile = key;
            if (chainFile != null && keyFile != null) {
                checkReadable(chainFile);
                checkReadable(keyFile);
                configure(
                        "client certificate",
                        chainFile,
                        file -> context.keyManager(file, keyFile.toFile(), keyPassword));
            }
            try {
                return new TlsSettings(context.build());
            } catch (SSLException unusable) {
                throw new IllegalArgumentException("TLS cannot be set up: " + unusable.getMessage(), unusable);
            }
        }

        private interface PemUser {
            void use(java.io.File pem);
        }

        private static void configure(String what, Path file, PemUser user) {
            try {
                user.use(file.toFile());
            } catch (IllegalArgumentException noPem) {
                throw new IllegalArgumentException(file + " holds no usable " + what + " in PEM form", noPem);
            }
        }

        private static void checkReadable(Path file) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("cannot read " + file);
            }
        }
    }
}
