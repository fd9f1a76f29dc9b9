package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one writer from the lanes, for as long as its socket stands.
 *
 * <p>One thread at a time runs the loop. Whoever queues input wakes it; it runs until nothing may
 * leave: no input, the window is full, or the writer failed. Writes that share a stage are one batch,
 * so that a writer which gathers many events costs one completion.
 */
final class InputDrain implements Runnable {
    private final ReentrantLock lock;
    private final InputLanes lanes;
    private final InputWriter writer;
    private final Executor executor;
    private final int windowBytes;
    private final ConversationEngine engine;

    // Guarded by lock.
    private final InputRing staged = new InputRing();
    private final ArrayDeque<Batch> spare = new ArrayDeque<>(2);
    private final Set<Batch> attached = new LinkedHashSet<>(4);
    private @Nullable ClientEvent greeting;
    private long inFlightBytes;
    private int inFlight;
    private boolean running;
    private boolean stopped;

    /** @param greeting first event on this socket; null for none */
    InputDrain(
            ReentrantLock lock,
            InputLanes lanes,
            InputWriter writer,
            @Nullable ClientEvent greeting,
            ConversationEngine engine) {
        this.lock = lock;
        this.lanes = lanes;
        this.writer = writer;
        this.executor = writer.executor();
        this.windowBytes = writer.windowBytes();
        this.greeting = greeting;
        this.engine = engine;
    }

    /** Events of one stage, in the order of writing. */
    private final class Batch implements BiConsumer<@Nullable Void, @Nullable Throwable> {
        final InputRing events = new InputRing();

        /** Null once the batch is settled: a completion that comes later changes nothing. */
        @Nullable
        CompletionStage<Void> stage;

        @Override
        public void accept(@Nullable Void done, @Nullable Throwable failure) {
            completed(this, failure);
        }
    }

    /** Under the lock: whether the loop has to be started. If so, call {@link #start} without the lock. */
    boolean wake() {
        if (running || stopped || !mayWrite()) {
            return false;
        }
        running = true;
        return true;
    }

    /** Runs the loop on the writer's executor; the lock must be free. */
    void start() {
        try {
            executor.execute(this);
        } catch (RuntimeException refused) {
            // The writer's executor is gone, and so is its socket: what waits keeps its place.
            lock.lock();
            try {
                stopped = true;
                running = false;
            } finally {
                lock.unlock();
            }
            engine.onWriterBroke(this);
        }
    }

    /** Under the lock: no further write; late completions settle what is in flight. */
    void stop() {
        stopped = true;
    }

    /** Under the lock: nothing this writer still completes counts; what is in flight is in doubt. */
    void abandon(Deferred after) {
        stopped = true;
        for (Batch batch : attached) {
            for (int i = 0; i < batch.events.size(); i++) {
                lanes.inDoubt(batch.events, i, after);
            }
            batch.stage = null;
        }
        attached.clear();
        for (int i = 0; i < staged.size(); i++) {
            lanes.inDoubt(staged, i, after);
        }
        staged.clear();
    }

    private boolean mayWrite() {
        return (greeting != null || lanes.hasWork()) && hasRoom();
    }

    private boolean hasRoom() {
        return inFlight == 0 || inFlightBytes < windowBytes;
    }

    @Override
    public void run() {
        Batch open = null;
        while (true) {
            ClientEvent next = takeNext(open);
            if (next != null) {
                CompletionStage<Void> stage = write(next);
                if (open == null || open.stage != stage) {
                    if (open != null) {
                        attach(open);
                    }
                    open = openBatch(stage);
                }
            } else if (open != null) {
                place(open);
                attach(open);
                open = null;
                writer.flush();
            } else if (rest()) {
                return;
            }
        }
    }

    /** Puts what was written last into its batch and takes the next event. */
    private @Nullable ClientEvent takeNext(@Nullable Batch open) {
        lock.lock();
        try {
            if (open != null && !staged.isEmpty()) {
                staged.moveFirstTo(open.events);
            }
            if (stopped || !hasRoom()) {
                return null;
            }
            if (greeting != null) {
                staged.addLast(greeting, null, -1, engine.now());
                greeting = null;
            } else if (!lanes.takeNext(staged, engine.now())) {
                return null;
            }
            ClientEvent next = staged.event(0);
            inFlight++;
            inFlightBytes += next.sizeHint();
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void place(Batch open) {
        lock.lock();
        try {
            if (!staged.isEmpty()) {
                staged.moveFirstTo(open.events);
            }
        } finally {
            lock.unlock();
        }
    }

    private Batch openBatch(CompletionStage<Void> stage) {
        lock.lock();
        try {
            Batch batch = spare.isEmpty() ? new Batch() : spare.pop();
            batch.stage = stage;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private CompletionStage<Void> write(ClientEvent event) {
        try {
            return writer.write(event);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void attach(Batch batch) {
        CompletionStage<Void> stage;
        lock.lock();
        try {
            stage = batch.stage;
            attached.add(batch);
        } finally {
            lock.unlock();
        }
        if (stage != null) {
            stage.whenComplete(batch);
        }
    }

    /** Ends the loop unless something became writable since it last looked. */
    private boolean rest() {
        lock.lock();
        try {
            if (!stopped && mayWrite()) {
                return false;
            }
            running = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void completed(Batch batch, @Nullable Throwable failure) {
        Deferred after = new Deferred();
        boolean start;
        boolean broke;
        lock.lock();
        try {
            if (batch.stage == null) {
                return;
            }
            attached.remove(batch);
            Throwable why =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            inFlight -= batch.events.size();
            inFlightBytes -= batch.events.bytes();
            boolean wrote = !stopped;
            settle(batch.events, why, after);
            broke = wrote && stopped;
            batch.events.clear();
            batch.stage = null;
            if (spare.size() < 2) {
                spare.push(batch);
            }
            start = wake();
        } finally {
            lock.unlock();
        }
        after.run(engine.libraryThreads());
        if (start) {
            start();
        } else if (broke) {
            engine.onWriterBroke(this);
        }
    }

    private void settle(InputRing events, @Nullable Throwable why, Deferred after) {
        if (why != null && !(why instanceof IllegalArgumentException)) {
            stopped = true;
        }
        for (int i = 0; i < events.size(); i++) {
            if (why == null) {
                lanes.written(events, i, after);
            } else if (why instanceof IllegalArgumentException) {
                lanes.notEncodable(events, i, String.valueOf(why.getMessage()), after);
            } else if (why instanceof NotWrittenException) {
                lanes.notWritten(events, i, after);
            } else {
                lanes.inDoubt(events, i, after);
            }
        }
    }
}
