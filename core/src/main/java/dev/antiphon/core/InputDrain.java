package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
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
    /** Audio frames that leave in a row while nothing else waits: the lock is taken once for all of them. */
    private static final int FRAMES_AT_ONCE = 8;

    private static final ClientEvent[] NONE = {};

    private static final int HALTED = 1 << 30;

    private final ConversationEngine engine;
    private final ReentrantLock lock;
    private final InputLanes lanes;
    private final InputSettlement settlement;
    private final InputWriter writer;
    private final Executor executor;

    // Guarded by lock.

    /** The events that are being written right now. */
    private final InputRing staged = new InputRing();

    /** Batches whose events have no fate yet. */
    private final List<Batch> open = new ArrayList<>(2);

    private final ArrayDeque<Batch> spare = new ArrayDeque<>(2);
    private final WriteWindow window;
    private @Nullable ClientEvent greeting;
    private boolean running;

    private boolean stopped;

    /**
     * How many of the staged events went to the writer, and whether none may follow: one value, so that an
     * event that the loop has counted does go, and a halt knows exactly which have.
     */
    private final AtomicInteger given = new AtomicInteger();

    /** What is staged, for the loop only. */
    private @Nullable ClientEvent[] taken = NONE;

    /** Asks the writer for its executor and window; the lock must be free. */
    InputDrain(ConversationEngine engine, InputWriter writer) {
        this.engine = engine;
        this.lock = engine.lock;
        this.lanes = engine.lanes;
        this.settlement = engine.settlement;
        this.writer = writer;
        this.executor = writer.executor();
        this.window = new WriteWindow(writer.windowBytes());
    }

    /** Events of one stage, in the order of writing. */
    private final class Batch implements BiConsumer<@Nullable Void, @Nullable Throwable> {
        final InputRing events = new InputRing();
        long openedAt;
        long ahead;

        @Override
        public void accept(@Nullable Void done, @Nullable Throwable failure) {
            completed(this, failure);
        }
    }

    /** Under the lock: what is written before all input. */
    void greet(ClientEvent first) {
        greeting = first;
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
        } catch (RuntimeException | Error refused) {
            // The writer's executor is gone, and so is its socket: what waits keeps its place.
            lock.lock();
            try {
                running = false;
            } finally {
                lock.unlock();
            }
            broke();
        }
    }

    /** Under the lock: no further write; late completions settle what is in flight. */
    void stop() {
        stopped = true;
        given.getAndUpdate(count -> count | HALTED);
    }

    /** For the loop: whether the next event goes to the writer. */
    private boolean give() {
        int count = given.get();
        return count < HALTED && given.compareAndSet(count, count + 1);
    }

    private int givenCount() {
        return given.get() & ~HALTED;
    }

    /** Under the lock: nothing this writer still completes counts; what is in flight is in doubt. */
    void abandon(Deferred after) {
        stop();
        for (Batch batch : open) {
            inDoubt(batch.events, after);
        }
        open.clear();
        keepNotGiven(after);
        inDoubt(staged, after);
    }

    /** Under the lock, stopped: what is staged and did not go to the writer is not in doubt. */
    private void keepNotGiven(Deferred after) {
        for (int last = staged.size() - 1; last >= givenCount(); last--) {
            if (staged.sequence(last) >= 0) {
                settlement.settle(staged, last, new NotWrittenException("the writer was stopped first"), after);
            }
            staged.removeAt(last);
        }
    }

    private void inDoubt(InputRing events, Deferred after) {
        for (int i = 0; i < events.size(); i++) {
            settlement.inDoubt(events, i, after);
        }
        events.clear();
    }

    private boolean mayWrite() {
        return window.isOpen() && (greeting != null || lanes.hasWork());
    }

    @Override
    public void run() {
        Batch batch = null;
        CompletionStage<Void> stage = null;
        while (true) {
            int count = takeNext(batch);
            for (int i = 0; i < count; i++) {
                ClientEvent next = taken[i];
                taken[i] = null;
                if (next == null || !give()) {
                    continue;
                }
                CompletionStage<Void> written = write(next);
                if (batch == null || stage != written) {
                    if (batch != null && stage != null) {
                        place(batch, givenCount() - 1);
                        await(batch, stage);
                    }
                    batch = openBatch();
                    stage = written;
                }
            }
            if (count > 0) {
                continue;
            }
            if (batch != null && stage != null) {
                await(batch, stage);
                batch = null;
                stage = null;
                flush();
            } else if (rest()) {
                return;
            }
        }
    }

    /** Puts what was written last into its batch and takes what is written next; returns how many events. */
    private int takeNext(@Nullable Batch batch) {
        boolean audioLost = false;
        lock.lock();
        try {
            if (batch != null) {
                place(batch, givenCount());
            }
            if (!stopped) {
                int count = window.isOpen() ? stage() : 0;
                audioLost = engine.drops.hasNews();
                return count;
            }
        } finally {
            lock.unlock();
            if (audioLost) {
                engine.reportDrops();
            }
        }
        engine.step(this::keepNotGiven);
        return 0;
    }

    private int stage() {
        long now = engine.now();
        if (greeting != null) {
            staged.addLast(greeting, null, -1, now);
            greeting = null;
            take(0);
            return 1;
        }
        int count = 0;
        while (count == 0 || (count < FRAMES_AT_ONCE && window.isOpen() && lanes.onlyFramesWait())) {
            if (!lanes.takeNext(staged, now)) {
                return count;
            }
            take(count++);
        }
        return count;
    }

    private void take(int index) {
        ClientEvent event = staged.event(index);
        window.add(event.sizeHint());
        if (index == taken.length) {
            taken = Arrays.copyOf(taken, index == 0 ? 1 : FRAMES_AT_ONCE);
        }
        taken[index] = event;
    }

    /** Puts the first of the staged events into their batch. */
    private void place(Batch batch, int count) {
        lock.lock();
        try {
            for (int i = 0; i < count && !staged.isEmpty(); i++) {
                staged.moveFirstTo(batch.events);
                given.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    private Batch openBatch() {
        lock.lock();
        try {
            Batch batch = spare.isEmpty() ? new Batch() : spare.pop();
            batch.openedAt = engine.now();
            batch.ahead = window.onTheirWay() - staged.bytes();
            open.add(batch);
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private CompletionStage<Void> write(ClientEvent event) {
        try {
            CompletionStage<Void> written = writer.write(event);
            return written != null ? written : failed("the writer returned no stage");
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletionStage<Void> failed(String why) {
        return CompletableFuture.failedFuture(new IllegalStateException(why));
    }

    private void await(Batch batch, CompletionStage<Void> stage) {
        if (isTaken(stage)) {
            completed(batch, null);
            return;
        }
        try {
            stage.whenComplete(batch);
        } catch (RuntimeException | Error e) {
            completed(batch, e);
        }
    }

    /** The usual case of a writer that takes everything at once: nothing is allocated for it. */
    private static boolean isTaken(CompletionStage<Void> stage) {
        // Not any subclass: a minimal stage refuses to be asked.
        return stage.getClass() == CompletableFuture.class
                && stage instanceof CompletableFuture<Void> future
                && future.isDone()
                && !future.isCompletedExceptionally();
    }

    private void flush() {
        try {
            writer.flush();
        } catch (RuntimeException | Error e) {
            broke();
        }
    }

    /** Nothing more goes to this writer. */
    private void broke() {
        engine.step(after -> {
            if (!stopped) {
                stop();
                engine.link.onWriterBroke(this);
            }
        });
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
        lock.lock();
        try {
            if (!open.remove(batch)) {
                return;
            }
            window.remove(batch.events, batch.ahead, engine.now() - batch.openedAt);
            settle(batch.events, failure, after);
            batch.events.clear();
            if (spare.size() < 2) {
                spare.push(batch);
            }
            if (wake()) {
                after.call(this::start);
            }
        } finally {
            lock.unlock();
            after.run();
        }
    }

    private void settle(InputRing events, @Nullable Throwable failure, Deferred after) {
        Throwable why =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (why != null && !(why instanceof IllegalArgumentException) && !stopped) {
            stop();
            engine.link.onWriterBroke(this);
        }
        if (why == null) {
            engine.onWritten(after);
        }
        for (int i = 0; i < events.size(); i++) {
            boolean isGreeting = events.sequence(i) < 0;
            if (isGreeting && why instanceof IllegalArgumentException) {
                engine.ending.greetingRefused(String.valueOf(why.getMessage()), after);
            } else {
                settlement.settle(events, i, why, after);
            }
        }
    }
}
