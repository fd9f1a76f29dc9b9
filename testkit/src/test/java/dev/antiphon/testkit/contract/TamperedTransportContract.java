package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.testkit.InMemoryTransport;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The in-memory transport with the mistake of this thread. */
final class TamperedTransportContract extends RealtimeTransportContract {
    static final ThreadLocal<Mistake> TRIED = new ThreadLocal<>();

    private final Mistake mistake = TRIED.get();

    @Override
    protected Set<Capability> capabilities() {
        return mistake.offered()
                ? EnumSet.of(Capability.CALL_CREATION, Capability.HANGS_UP, Capability.RETRIES_JOIN, Capability.REJOINS)
                : EnumSet.of(Capability.DIRECT, Capability.SHARED_THREADS);
    }

    @Override
    protected ContractSubject subject() {
        InMemoryTransport.Builder healthy = InMemoryTransport.builder();
        if (mistake.offered()) {
            healthy.retryJoins(1000, Duration.ofMillis(2), new RealTime()).rejoin();
        }
        InMemoryTransport transport = healthy.build();
        RealtimeTransport tampered = mistake.tampering().apply(servingOneKind(transport));
        return new ContractSubject(tampered, new InMemoryPeer(transport.server()));
    }

    private RealtimeTransport servingOneKind(InMemoryTransport both) {
        return Tampering.opening((healthy, start, inputs, listener) -> {
                    if (isServed(start)) {
                        return healthy.open(start, inputs, listener);
                    }
                    listener.onClosed(Closure.failed(new TransportException(Fault.REQUEST_INVALID, "not this kind")));
                    return Tampering.nothing();
                })
                .apply(both);
    }

    private boolean isServed(StartRequest start) {
        return start.offer().isPresent() == mistake.offered();
    }

    @Override
    protected Duration patience() {
        return Duration.ofMillis(250);
    }

    /** Others work beside this one; only the threads of a broken adapter count. */
    @Override
    protected boolean isShared(Thread thread) {
        return !thread.getName().equals("broken-adapter") || mistake.rule() != Rule.NO_THREAD_LEFT;
    }

    private static final class RealTime implements Scheduler {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            CompletableFuture<Void> later = CompletableFuture.runAsync(
                    task, CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS));
            return () -> later.cancel(false);
        }
    }
}
