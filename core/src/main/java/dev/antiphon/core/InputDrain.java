package dev.antiphon.core;

import dev.antiphon.core.WriteBatches.Batch;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one writer from the lanes, for as long as its socket stands.
 *
 * <p>One thread at a time runs the loop. Whoever queues input wakes it; it runs until nothing may
 * leave: no input, the window is full, or the writer failed. Writes that share a stage are one batch,
 * so that a writer which gathers many events costs one completion.
 */
final class InputDrain implements Runnable {
    /** Entries of the audio lane that leave in a row while nothing else waits: the lock is taken once for all. */
    private static final int FRAMES_AT_ONCE = 8;

    private static final ClientEvent[] NONE = {};

    private final ConversationEngine engine;
    private final ReentrantLock lock;
    private final InputLanes lanes;
    private final InputWriter writer;
    private final Executor executor;

    // Guarded by lock.

    private final WriteWindow window;
    private final WriteBatches batches;
    private @Nullable ClientEvent greeting;
    private boolean running;

    private boolean stopped;

    // Confined to the loop.

    /** What is staged. */
    private @Nullable ClientEvent[] taken = NONE;

    /** Written to its end, and nobody listens to its stage yet. */
    private @Nullable Batch written;

    /** Asks the writer for its executor and window; the lock must be free. */
    InputDrain(ConversationEngine engine, InputWriter writer) {
        this.engine = engine;
        this.lock = engine.lock;
        this.lanes = engine.lanes;
        this.writer = writer;
        this.executor = writer.executor();
        this.window = new WriteWindow(writer.windowBytes());
        this.batches = new WriteBatches(engine.settlement, window);
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
        batches.halt();
    }

    /** Under the lock: nothing this writer still completes counts; what is in flight is in doubt. */
    void abandon(Deferred after) {
        stop();
        batches.abandon(after);
    }

    private boolean mayWrite() {
        return window.isOpen() && (greeting != null || lanes.hasWork());
    }

    @Override
    public void run() {
        CompletionStage<Void> stage = null;
        while (true) {
            int count = takeNext();
            for (int i = 0; i < count; i++) {
                ClientEvent next = taken[i];
                taken[i] = null;
                if (next != null && batches.give()) {
                    CompletionStage<Void> fresh = write(next);
                    if (stage != null && stage != fresh) {
                        endBeforeLast();
                        await(stage);
                    }
                    stage = fresh;
                }
            }
            if (count > 0) {
                continue;
            }
            if (stage != null) {
                await(stage);
                stage = null;
                flush();
            }
            if (rest()) {
                return;
            }
        }
    }

    /** Takes what is written next and returns how many events; if there is nothing, what was written is a whole batch. */
    private int takeNext() {
        boolean audioLost = false;
        lock.lock();
        try {
            batches.place();
            if (!stopped) {
                int count = window.isOpen() ? stage() : 0;
                audioLost = engine.drops.hasNews();
                if (count == 0) {
                    written = batches.end();
                }
                return count;
            }
        } finally {
            lock.unlock();
            if (audioLost) {
                engine.reportDrops();
            }
        }
        engine.step(after -> {
            batches.keepNotGiven(after);
            written = batches.end();
        });
        return 0;
    }

    private int stage() {
        long now = engine.now();
        InputRing staged = batches.staging(now);
        if (greeting != null) {
            staged.addLast(greeting, null, -1, now);
            greeting = null;
            take(staged, 0);
            return 1;
        }
        int count = 0;
        while (count == 0 || (count < FRAMES_AT_ONCE && window.isOpen() && lanes.onlyAudioWaits())) {
            if (!lanes.takeNext(staged, now)) {
                return count;
            }
            take(staged, count++);
        }
        return count;
    }

    private void take(InputRing staged, int index) {
        ClientEvent event = staged.event(batches.firstStaged() + index);
        window.add(event.sizeHint());
        if (index == taken.length) {
            taken = Arrays.copyOf(taken, index == 0 ? 1 : FRAMES_AT_ONCE);
        }
        taken[index] = event;
    }

    private void endBeforeLast() {
        lock.lock();
        try {
            written = batches.endBeforeLast(engine.now());
        } finally {
            lock.unlock();
        }
    }

    private CompletionStage<Void> write(ClientEvent event) {
        try {
            CompletionStage<Void> stage = writer.write(event);
            return stage != null ? stage : failed("the writer returned no stage");
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletionStage<Void> failed(String why) {
        return CompletableFuture.failedFuture(new IllegalStateException(why));
    }

    /** Listens to the stage of what was written; of nothing, if its fate was decided meanwhile. */
    private void await(CompletionStage<Void> stage) {
        Batch batch = written;
        written = null;
        if (batch == null) {
            return;
        }
        if (isTaken(stage)) {
            completed(batch, null);
            return;
        }
        try {
            stage.whenComplete((done, failure) -> completed(batch, failure));
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
            if (!batches.completed(batch, engine.now())) {
                return;
            }
            settle(batch.events, failure, after);
            batches.recycle(batch);
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
                engine.settlement.settle(events, i, why, after);
            }
        }
    }
}
