package dev.antiphon.transport.webrtc;

import dev.antiphon.core.port.Scheduler;
import dev.antiphon.transport.webrtc.CallWire.PostOutcome;
import dev.antiphon.transport.webrtc.RetryTable.Verdict;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends calls that nobody holds any more, in the background, and reports what may be left over. A call
 * that the server knew and no longer knows counts as ended; one that it never showed may only not be
 * visible yet, so it is given more time and reported if it stays unknown. Safe for use by any thread.
 */
final class OrphanGuard {
    /** Whether the server has shown that it knows the call. */
    enum Seen {
        /** Its control socket stood: a 404 means that it is over. */
        JOINED,
        /** A 404 may still mean "not yet". */
        NEVER_JOINED
    }

    private static final Logger log = LoggerFactory.getLogger(OrphanGuard.class);
    private static final int MAX_TRIES = 3;
    private static final IntervalFunction PAUSES =
            IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(200), 3.0, 0.2);

    /** How much longer a call that is not visible yet is waited for: some show only when media flows. */
    private static final int NOT_YET = 5;

    private final Duration timeout;
    private final Scheduler scheduler;
    private final Announcer announcer;
    private final HeldCalls held;
    private final Background background;
    private final IntervalFunction pauses;

    OrphanGuard(Duration timeout, Scheduler scheduler, Announcer announcer, HeldCalls held, Background background) {
        this(timeout, scheduler, announcer, held, background, PAUSES);
    }

    /** @param pauses between two tries; without jitter a simulation is repeatable */
    OrphanGuard(
            Duration timeout,
            Scheduler scheduler,
            Announcer announcer,
            HeldCalls held,
            Background background,
            IntervalFunction pauses) {
        this.pauses = pauses;
        this.timeout = timeout;
        this.scheduler = scheduler;
        this.announcer = announcer;
        this.held = held;
        this.background = background;
    }

    /**
     * Ends a held call: at most three tries, then it is reported; released when that is done. Called on
     * the wire's owner; returns at once.
     */
    void hangUp(CallWire wire, CallId call, Seen seen) {
        HangUp hangUp = new HangUp(wire, call, seen);
        background.begin(hangUp);
        hangUp.tryOnce();
    }

    /** Ends a call of which only a server's answer has told us, unless a conversation holds it. */
    void hangUpUnheld(CallWire wire, CallId call) {
        if (held.claim(call)) {
            hangUp(wire, call, Seen.NEVER_JOINED);
        }
    }

    void report(PossibleOrphan orphan) {
        log.warn("{}", orphan);
        announcer.tell(observer -> observer.onPossibleOrphan(orphan));
    }

    /** One call being ended; fields confined to the wire's owner. */
    private final class HangUp implements Background.Work {
        private final CallWire wire;
        private final CallId call;
        private final Seen seen;
        private final Timers timers;
        private int tries;
        private boolean done;

        HangUp(CallWire wire, CallId call, Seen seen) {
            this.wire = wire;
            this.call = call;
            this.seen = seen;
            this.timers = new Timers(scheduler, wire.owner());
        }

        private void tryOnce() {
            if (done) {
                return;
            }
            tries++;
            wire.hangUp(call, tries, timeout, this::onOutcome);
        }

        private void onOutcome(PostOutcome outcome) {
            if (outcome instanceof PostOutcome.Failed failed) {
                onFailed(failed.failure());
            } else {
                finish();
            }
        }

        private void onFailed(StepFailure failure) {
            Verdict verdict = RetryTable.afterHangUp(failure, seen);
            if (verdict == Verdict.OVER) {
                finish();
            } else if (verdict == Verdict.FINAL || tries == MAX_TRIES) {
                reportAlive((verdict == Verdict.NOT_YET ? "the server has not shown it yet, and it" : "it")
                        + " could not be hung up in " + tries + (tries == 1 ? " try: " : " tries: ")
                        + failure.cause().getMessage());
                finish();
            } else {
                var unused = timers.after(pause(failure, verdict), this::tryOnce);
            }
        }

        @Override
        public void onLoopsGone() {
            if (!done) {
                reportAlive("the event loops were closed before its hang-up was answered");
                finish();
            }
        }

        private void reportAlive(String why) {
            report(new PossibleOrphan(PossibleOrphan.NO_REQUEST, Optional.of(call), wire.host(), why));
        }

        /** A server's wish to wait is met up to the time of one try. */
        private Duration pause(StepFailure failure, Verdict verdict) {
            Duration pause =
                    Duration.ofMillis(pauses.apply(tries)).multipliedBy(verdict == Verdict.NOT_YET ? NOT_YET : 1);
            return failure.retryAfter()
                    .filter(asked -> asked.compareTo(pause) > 0)
                    .map(asked -> asked.compareTo(timeout) < 0 ? asked : timeout)
                    .orElse(pause);
        }

        private void finish() {
            done = true;
            held.release(call);
            background.end(this);
        }
    }
}
