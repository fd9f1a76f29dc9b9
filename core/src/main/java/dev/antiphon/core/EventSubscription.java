package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ServerEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;

/** One subscriber of the {@link Flow.Publisher} view: an outlet with demand (Reactive Streams §3). */
final class EventSubscription extends Outlet implements Flow.Subscription {
    /** The last signal. */
    private record End(Closure closure) {}

    private final ReentrantLock lock;
    private final EventFanout fanout;
    private final Executor libraryThreads;
    private final Flow.Subscriber<? super ServerEvent> subscriber;

    // Guarded by lock.
    private long demand;
    private boolean ended;

    EventSubscription(
            ReentrantLock lock,
            EventFanout fanout,
            Executor executor,
            Executor libraryThreads,
            Flow.Subscriber<? super ServerEvent> subscriber) {
        super(lock, fanout, executor, libraryThreads);
        this.lock = lock;
        this.fanout = fanout;
        this.libraryThreads = libraryThreads;
        this.subscriber = subscriber;
    }

    /** Under the lock: the first signal, {@code onSubscribe}. */
    void begin(Deferred after) {
        super.add((Runnable) () -> subscriber.onSubscribe(this), after);
    }

    /** Under the lock: the last signal. */
    void end(Closure closure, Deferred after) {
        if (!ended) {
            ended = true;
            super.add(new End(closure), after);
        }
    }

    @Override
    void add(Object signal, Deferred after) {
        if (!ended && signal instanceof ServerEvent) {
            super.add(signal, after);
        }
    }

    @Override
    boolean takes(Object signal) {
        return !(signal instanceof ServerEvent) || demand > 0;
    }

    @Override
    void tell(Object signal) {
        if (signal instanceof ServerEvent event) {
            lock.lock();
            try {
                if (ended && demand == 0) {
                    return;
                }
                if (demand != Long.MAX_VALUE) {
                    demand--;
                }
            } finally {
                lock.unlock();
            }
            subscriber.onNext(event);
        } else if (signal instanceof End end) {
            if (end.closure().cause().isPresent()) {
                subscriber.onError(new ConversationClosedException(end.closure()));
            } else {
                subscriber.onComplete();
            }
        } else if (signal instanceof Runnable call) {
            call.run();
        }
    }

    @Override
    public void request(long n) {
        Deferred after = new Deferred();
        boolean start;
        lock.lock();
        try {
            if (n <= 0) {
                if (!ended) {
                    ended = true;
                    fanout.remove(this, after);
                    super.add(
                            (Runnable) () -> subscriber.onError(new IllegalArgumentException(
                                    "Reactive Streams §3.9: request must be positive, was " + n)),
                            after);
                }
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            start = wake();
        } finally {
            lock.unlock();
        }
        after.run(libraryThreads);
        if (start) {
            start();
        }
    }

    @Override
    public void cancel() {
        Deferred after = new Deferred();
        lock.lock();
        try {
            ended = true;
            demand = 0;
            fanout.remove(this, after);
        } finally {
            lock.unlock();
        }
        after.run(libraryThreads);
    }
}
