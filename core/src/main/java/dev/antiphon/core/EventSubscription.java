package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ServerEvent;
import java.util.concurrent.Flow;

/** One subscriber of the {@link Flow.Publisher} view: an outlet with demand (Reactive Streams §3). */
final class EventSubscription extends Outlet implements Flow.Subscription {
    private final Flow.Subscriber<? super ServerEvent> subscriber;

    // Guarded by lock.
    private long demand;

    /** Nothing is added any more: cancelled, or the last signal is queued. */
    private boolean ended;

    private boolean cancelled;

    /** The last signal is being told or was. */
    private boolean finished;

    EventSubscription(ConversationEngine engine, Flow.Subscriber<? super ServerEvent> subscriber) {
        super(engine);
        this.subscriber = subscriber;
    }

    /** Under the lock: the first signal, {@code onSubscribe}. */
    void begin() {
        super.add((Runnable) () -> subscriber.onSubscribe(this), 0);
    }

    @Override
    void end(Closure closure) {
        if (!ended) {
            ended = true;
            super.add((Runnable) () -> complete(closure), 0);
        }
    }

    private void complete(Closure closure) {
        if (!finish()) {
            return;
        }
        if (closure.cause().isPresent()) {
            subscriber.onError(new ConversationClosedException(closure));
        } else {
            subscriber.onComplete();
        }
    }

    @Override
    void add(Object signal, int weight) {
        if (!ended && signal instanceof ServerEvent) {
            super.add(signal, weight);
        }
    }

    @Override
    boolean takes(Object signal) {
        return !(signal instanceof ServerEvent) || demand > 0;
    }

    @Override
    void tell(Object signal) {
        if (signal instanceof ServerEvent event) {
            if (spendDemand()) {
                subscriber.onNext(event);
            }
        } else if (signal instanceof Runnable call) {
            call.run();
        }
    }

    /** False if the subscriber cancelled after the event was taken out. */
    private boolean spendDemand() {
        engine.lock.lock();
        try {
            if (cancelled) {
                return false;
            }
            if (demand != Long.MAX_VALUE) {
                demand--;
            }
            return true;
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public void request(long n) {
        engine.step(after -> {
            if (n <= 0) {
                refuse(n, after);
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            engine.fanout.deliver(this, after);
        });
    }

    /** Also where the end waits behind events that nobody asked for. */
    private void refuse(long n, Deferred after) {
        if (!finished && !cancelled) {
            ended = true;
            finished = true;
            discard();
            super.add(
                    (Runnable) () -> subscriber.onError(
                            new IllegalArgumentException("Reactive Streams §3.9: request must be positive, was " + n)),
                    0);
            engine.fanout.remove(this, after);
        }
    }

    /** Whether the last signal may be told now; at most once. */
    private boolean finish() {
        engine.lock.lock();
        try {
            boolean first = !finished && !cancelled;
            finished = true;
            return first;
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public void cancel() {
        engine.step(after -> {
            ended = true;
            cancelled = true;
            demand = 0;
            discard();
            engine.fanout.remove(this, after);
        });
    }
}
