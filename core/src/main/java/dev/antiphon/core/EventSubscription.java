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

    private void refuse(long n, Deferred after) {
        if (!ended) {
            ended = true;
            discard();
            super.add(
                    (Runnable) () -> subscriber.onError(
                            new IllegalArgumentException("Reactive Streams §3.9: request must be positive, was " + n)),
                    0);
            engine.fanout.remove(this, after);
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
