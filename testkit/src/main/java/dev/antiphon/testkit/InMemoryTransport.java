package dev.antiphon.testkit;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A transport without sockets, threads or time: its other end is an {@link InMemoryServer} that a test
 * scripts and asks.
 *
 * <p>It serves starts with and without an SDP offer. With an offer it creates a call, reports the
 * answer and joins; without one it connects. What a call sets off runs on the calling thread before
 * that call returns, one step at a time, unless a gate holds it or an executor was given: a test of one
 * thread needs no waiting at all. Passes {@link dev.antiphon.testkit.contract.RealtimeTransportContract}.
 */
public final class InMemoryTransport implements RealtimeTransport {
    private static final TransportTraits TRAITS = new TransportTraits("in-memory", List.of());

    private final InMemoryServer server = new InMemoryServer();
    private final Settings settings;

    private InMemoryTransport(Settings settings) {
        this.settings = settings;
    }

    /** A transport that tries once to join and does not re-join. */
    public static InMemoryTransport create() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The other end of all connections of this transport. */
    public InMemoryServer server() {
        return server;
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
        InMemoryConnection connection =
                new InMemoryConnection(server, settings, start.offer().isPresent(), inputs, listener);
        connection.begin();
        return connection;
    }

    @Override
    public TransportTraits traits() {
        return TRAITS;
    }

    /**
     * How connections behave.
     *
     * @param attempts attempts of one join, the first included
     * @param backoff time between two attempts
     * @param scheduler measures the backoff; null where there is none
     * @param rejoins whether a lost socket is joined again
     * @param executor carries every call to listener and inputs
     */
    record Settings(
            int attempts, Duration backoff, @Nullable Scheduler scheduler, boolean rejoins, Executor executor) {}

    /** Collects how the transport behaves. */
    public static final class Builder {
        private int attempts = 1;
        private Duration backoff = Duration.ZERO;
        private @Nullable Scheduler scheduler;
        private boolean rejoins;
        private Executor executor = Runnable::run;

        private Builder() {}

        /** Repeats an attempt to join that failed for a passing reason, after a pause of the scheduler. */
        public Builder retryJoins(int attemptsInAll, Duration pause, Scheduler time) {
            if (attemptsInAll < 1) {
                throw new IllegalArgumentException("at least one attempt is needed: " + attemptsInAll);
            }
            this.attempts = attemptsInAll;
            this.backoff = pause;
            this.scheduler = time;
            return this;
        }

        /** Joins again when the socket is lost or the server closes it for a passing reason. */
        public Builder rejoin() {
            this.rejoins = true;
            return this;
        }

        /** Carries the calls to listener and inputs, still one at a time; by default the calling thread. */
        public Builder executor(Executor carrier) {
            this.executor = carrier;
            return this;
        }

        public InMemoryTransport build() {
            return new InMemoryTransport(new Settings(attempts, backoff, scheduler, rejoins, executor));
        }
    }
}
