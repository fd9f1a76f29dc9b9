package dev.antiphon.app.gateway;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the provider accepts our key. It is asked at the start, and while it has not said yes it is asked
 * again, after one second, then two and so on up to a minute: who corrects the key at the provider need not
 * start the gateway again. Calls tell what they hear, too. Safe for use by any thread.
 */
final class KeyWatch {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Logger log = LoggerFactory.getLogger(KeyWatch.class);

    private final Provider provider;
    private final Scheduler scheduler;

    // Guarded by this.
    private boolean asking;
    private boolean refused;
    private boolean stopped;
    private Duration pause = FIRST_PAUSE;
    private Scheduler.Timer next = () -> {};

    /** @param scheduler for the pauses; its owner closes it after this was stopped */
    KeyWatch(Provider provider, Scheduler scheduler) {
        this.provider = provider;
        this.scheduler = scheduler;
    }

    /** Asks until the answer is yes; nothing if that goes on already. */
    void ask() {
        synchronized (this) {
            if (asking || stopped) {
                return;
            }
            asking = true;
            pause = FIRST_PAUSE;
        }
        probe();
    }

    /** A call was answered: the key is good. */
    void accepted() {
        boolean news;
        synchronized (this) {
            news = refused;
            refused = false;
            asking = false;
            next.cancel();
        }
        if (news) {
            log.info("the provider accepts the gateway's key again");
        }
    }

    /** A call was refused because of the key. */
    void refused() {
        boolean news;
        synchronized (this) {
            news = !refused;
            refused = true;
        }
        if (news) {
            log.warn("the provider refuses the gateway's key: allow it there, or start the gateway with another");
        }
        ask();
    }

    /** Whether the provider refused the key when it was asked last. */
    synchronized boolean isRefused() {
        return refused;
    }

    /** Asks no more. */
    synchronized void stop() {
        stopped = true;
        next.cancel();
    }

    private void probe() {
        CompletionStage<Boolean> answer;
        try {
            answer = provider.acceptsCredentials();
        } catch (RuntimeException broken) {
            answer = CompletableFuture.failedFuture(broken);
        }
        answer.whenComplete((good, failure) -> heard(failure == null ? Optional.of(good) : Optional.empty()));
    }

    /** @param good empty if nothing was learned: the provider was not reached, or has other troubles */
    private void heard(Optional<Boolean> good) {
        if (good.orElse(false)) {
            accepted();
            return;
        }
        again();
        if (good.isPresent()) {
            refused();
        }
    }

    private synchronized void again() {
        if (asking && !stopped) {
            next = scheduler.schedule(pause, this::probe);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        }
    }
}
