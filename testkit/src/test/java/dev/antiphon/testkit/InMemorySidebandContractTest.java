package dev.antiphon.testkit;

import dev.antiphon.core.port.Scheduler;
import dev.antiphon.testkit.contract.Capability;
import dev.antiphon.testkit.contract.ContractSubject;
import dev.antiphon.testkit.contract.InMemoryPeer;
import dev.antiphon.testkit.contract.RealtimeTransportContract;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;

class InMemorySidebandContractTest extends RealtimeTransportContract {
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "in-memory-timer");
        thread.setDaemon(true);
        return thread;
    });

    @AfterAll
    static void stopTimer() {
        TIMER.shutdownNow();
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.DIRECT,
                Capability.CALL_CREATION,
                Capability.HANGS_UP,
                Capability.RETRIES_JOIN,
                Capability.REJOINS,
                Capability.SHARED_THREADS);
    }

    @Override
    protected ContractSubject subject() {
        InMemoryTransport transport = InMemoryTransport.builder()
                .retryJoins(1000, Duration.ofMillis(2), new RealTime())
                .rejoin()
                .build();
        return new ContractSubject(transport, new InMemoryPeer(transport.server()));
    }

    @Override
    protected boolean isShared(Thread thread) {
        return thread.getName().equals("in-memory-timer");
    }

    private static final class RealTime implements Scheduler {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            Future<?> future = TIMER.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }
    }
}
