package dev.antiphon.transport.websocket;

import java.time.Duration;

/**
 * Deadlines and limits of one socket. Every wait has a deadline, every buffer a bound; the defaults
 * suit a voice conversation over the internet.
 */
public final class SocketSettings {
    private static final SocketSettings DEFAULTS = builder().build();

    private final Duration credentialsTimeout;
    private final Duration connectTimeout;
    private final Duration tlsTimeout;
    private final Duration upgradeTimeout;
    private final Duration pingInterval;
    private final Duration pongDeadline;
    private final Duration writeTimeout;
    private final Duration closeDeadline;
    private final int maxFrameBytes;
    private final int maxMessageBytes;
    private final int maxHandshakeBytes;
    private final int sendBufferBytes;
    private final int windowBytes;
    private final int pausedBytes;

    private SocketSettings(Builder builder) {
        this.credentialsTimeout = builder.credentialsTimeout;
        this.connectTimeout = builder.connectTimeout;
        this.tlsTimeout = builder.tlsTimeout;
        this.upgradeTimeout = builder.upgradeTimeout;
        this.pingInterval = builder.pingInterval;
        this.pongDeadline = builder.pongDeadline;
        this.writeTimeout = builder.writeTimeout;
        this.closeDeadline = builder.closeDeadline;
        this.maxFrameBytes = builder.maxFrameBytes;
        this.maxMessageBytes = builder.maxMessageBytes;
        this.maxHandshakeBytes = builder.maxHandshakeBytes;
        this.sendBufferBytes = builder.sendBufferBytes;
        this.windowBytes = builder.windowBytes;
        this.pausedBytes = builder.pausedBytes;
    }

    /** The defaults named at each setting of {@link Builder}. */
    public static SocketSettings defaults() {
        return DEFAULTS;
    }

    public static Builder builder() {
        return new Builder();
    }

    Duration credentialsTimeout() {
        return credentialsTimeout;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Duration tlsTimeout() {
        return tlsTimeout;
    }

    Duration upgradeTimeout() {
        return upgradeTimeout;
    }

    Duration pingInterval() {
        return pingInterval;
    }

    Duration pongDeadline() {
        return pongDeadline;
    }

    Duration writeTimeout() {
        return writeTimeout;
    }

    Duration closeDeadline() {
        return closeDeadline;
    }

    int maxFrameBytes() {
        return maxFrameBytes;
    }

    int maxMessageBytes() {
        return maxMessageBytes;
    }

    int maxHandshakeBytes() {
        return maxHandshakeBytes;
    }

    int sendBufferBytes() {
        return sendBufferBytes;
    }

    int windowBytes() {
        return windowBytes;
    }

    int pausedBytes() {
        return pausedBytes;
    }

    /** Collects settings. Each setter refuses what cannot work and returns this builder. */
    public static final class Builder {
        private Duration credentialsTimeout = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration tlsTimeout = Duration.ofSeconds(5);
        private Duration upgradeTimeout = Duration.ofSeconds(10);
        private Duration pingInterval = Duration.ofSeconds(20);
        private Duration pongDeadline = Duration.ofSeconds(10);
        private Duration writeTimeout = Duration.ofSeconds(10);
        private Duration closeDeadline = Duration.ofSeconds(2);
        private int maxFrameBytes = 24 * 1024 * 1024;
        private int maxMessageBytes = 24 * 1024 * 1024;
        private int maxHandshakeBytes = 32 * 1024;
        private int sendBufferBytes = 64 * 1024;
        private int windowBytes = 64 * 1024;
        private int pausedBytes = 1024 * 1024;

        private Builder() {}

        /** How long {@link Credentials} may take. Default 10 s. */
        public Builder credentialsTimeout(Duration timeout) {
            this.credentialsTimeout = positive("credentials timeout", timeout);
            return this;
        }

        /** Name resolution, TCP and a proxy's consent together. Default 5 s. */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = positive("connect timeout", timeout);
            return this;
        }

        /** The TLS handshake. Default 5 s. */
        public Builder tlsTimeout(Duration timeout) {
            this.tlsTimeout = positive("TLS timeout", timeout);
            return this;
        }

        /** From the upgrade request to the end of its answer. Default 10 s. */
        public Builder upgradeTimeout(Duration timeout) {
            this.upgradeTimeout = positive("upgrade timeout", timeout);
            return this;
        }

        /**
         * Silence after which a ping is sent. A dead connection is found at most this plus
         * {@link #pongDeadline} after the last byte came. Default 20 s.
         */
        public Builder pingInterval(Duration interval) {
            this.pingInterval = positive("ping interval", interval);
            return this;
        }

        /** How long after a ping something must have come from the server. Default 10 s. */
        public Builder pongDeadline(Duration deadline) {
            this.pongDeadline = positive("pong deadline", deadline);
            return this;
        }

        /** How long written bytes may wait for the network without any progress. Default 10 s. */
        public Builder writeTimeout(Duration timeout) {
            this.writeTimeout = positive("write timeout", timeout);
            return this;
        }

        /** From our first close frame, or the server's, to the end of the TCP connection. Default 2 s. */
        public Builder closeDeadline(Duration deadline) {
            this.closeDeadline = positive("close deadline", deadline);
            return this;
        }

        /** Largest frame accepted, in bytes of payload; a larger one closes with 1009. Default 24 MiB. */
        public Builder maxFrameBytes(int bytes) {
            this.maxFrameBytes = positive("frame limit", bytes);
            return this;
        }

        /** Largest message accepted, over all its frames; a larger one closes with 1009. Default 24 MiB. */
        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = positive("message limit", bytes);
            return this;
        }

        /** Largest status line plus headers of an HTTP answer. Default 32 KiB. */
        public Builder maxHandshakeBytes(int bytes) {
            this.maxHandshakeBytes = positive("handshake limit", bytes);
            return this;
        }

        /**
         * The kernel's send buffer. Small, so that audio waits in its lane, where it can be dropped
         * when it is old, and not in the kernel. Default 64 KiB.
         */
        public Builder sendBufferBytes(int bytes) {
            this.sendBufferBytes = positive("send buffer", bytes);
            return this;
        }

        /** Input that may wait for the network inside the socket. Default 64 KiB. */
        public Builder windowBytes(int bytes) {
            this.windowBytes = positive("window", bytes);
            return this;
        }

        /**
         * Messages that are still read, so that pings are seen and answered, while receiving is
         * paused. When they are used up, reading stops and unasked pongs are sent. Default 1 MiB.
         */
        public Builder pausedBytes(int bytes) {
            this.pausedBytes = positive("bytes read while paused", bytes);
            return this;
        }

        public SocketSettings build() {
            return new SocketSettings(this);
        }

        private static Duration positive(String what, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(what + " must be positive, not " + value);
            }
            return value;
        }

        private static int positive(String what, int value) {
            if (value <= 0) {
                throw new IllegalArgumentException(what + " must be positive, not " + value);
            }
            return value;
        }
    }
}
