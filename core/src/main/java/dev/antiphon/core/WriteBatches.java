package dev.antiphon.core;

import dev.antiphon.core.port.NotWrittenException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one writer was given and what it gets next, in batches of one stage each, until the fate of each
 * event is known. Guarded by the conversation's lock, but for {@link #give}.
 */
final class WriteBatches {
    private static final int HALTED = 1 << 30;

    /**
     * Events of one stage, in the order of writing. While it is filled, those behind {@code placed} are
     * staged: the next to be written, of which the first so many went to the writer as were given.
     */
    static final class Batch {
        final InputRing events = new InputRing();
        private int placed;
        private long openedAt;
        private long ahead;
    }

    private final InputSettlement settlement;
    private final WriteWindow window;
    private final ArrayDeque<Batch> spare = new ArrayDeque<>(2);

    /** Written to its end, its events without a fate. */
    private final List<Batch> open = new ArrayList<>(2);

    /** Being written. */
    private @Nullable Batch filling;

    /**
     * How many of the staged events went to the writer, and whether none may follow: one value, so that an
     * event that the loop has counted does go, and a halt knows exactly which have.
     */
    private final AtomicInteger given = new AtomicInteger();

    WriteBatches(InputSettlement settlement, WriteWindow window) {
        this.settlement = settlement;
        this.window = window;
    }

    /** The loop, with or without the lock: whether the next staged event goes to the writer. */
    boolean give() {
        int count = given.get();
        return count < HALTED && given.compareAndSet(count, count + 1);
    }

    /** Nothing more goes to the writer. */
    void halt() {
        given.getAndUpdate(count -> count | HALTED);
    }

    private int givenCount() {
        return given.get() & ~HALTED;
    }

    /** Where the next events are staged; their places begin at {@link #firstStaged}. */
    InputRing staging(long now) {
        Batch current = filling;
        if (current == null) {
            current = fresh();
            current.openedAt = now;
            current.ahead = window.onTheirWay();
            filling = current;
        }
        return current.events;
    }

    int firstStaged() {
        return filling == null ? 0 : filling.placed;
    }

    /** What went to the writer is staged no more. */
    void place() {
        Batch current = filling;
        if (current != null) {
            int count = givenCount();
            current.placed += count;
            given.getAndAdd(-count);
        }
    }

    /** Nothing is staged: what was written is one batch, unless it was nothing. */
    @Nullable
    Batch end() {
        Batch current = filling;
        filling = null;
        if (current != null && current.events.isEmpty()) {
            recycle(current);
            return null;
        }
        if (current != null) {
            open.add(current);
        }
        return current;
    }

    /** The event that was written last begins another batch; those before it are one. */
    @Nullable
    Batch endBeforeLast(long now) {
        place();
        Batch current = filling;
        if (current == null) {
            return null;
        }
        Batch whole = fresh();
        while (current.placed > 1) {
            current.events.moveFirstTo(whole.events);
            current.placed--;
        }
        whole.openedAt = current.openedAt;
        whole.ahead = current.ahead;
        open.add(whole);
        current.openedAt = now;
        current.ahead = window.onTheirWay() - current.events.bytes();
        return whole;
    }

    private Batch fresh() {
        return spare.isEmpty() ? new Batch() : spare.pop();
    }

    /** The writer is done with a batch: returns whether its events have no fate yet; if so, settle and {@link #recycle}. */
    boolean completed(Batch batch, long now) {
        boolean matters = open.remove(batch);
        if (matters) {
            window.remove(batch.events, batch.ahead, now - batch.openedAt);
        }
        return matters;
    }

    void recycle(Batch batch) {
        batch.events.clear();
        batch.placed = 0;
        if (spare.size() < 2) {
            spare.push(batch);
        }
    }

    /** Halted: what is staged and did not go to the writer is not in doubt. */
    void keepNotGiven(Deferred after) {
        Batch current = filling;
        if (current == null) {
            return;
        }
        InputRing events = current.events;
        for (int last = events.size() - 1; last >= current.placed + givenCount(); last--) {
            if (events.sequence(last) >= 0) {
                settlement.settle(events, last, new NotWrittenException("the writer was stopped first"), after);
            }
            events.removeAt(last);
        }
    }

    /** Halted: nothing this writer still completes counts; what it was given is in doubt. */
    void abandon(Deferred after) {
        for (Batch batch : open) {
            inDoubt(batch.events, after);
        }
        open.clear();
        Batch current = filling;
        if (current != null) {
            keepNotGiven(after);
            inDoubt(current.events, after);
            filling = null;
        }
    }

    private void inDoubt(InputRing events, Deferred after) {
        for (int i = 0; i < events.size(); i++) {
            settlement.inDoubt(events, i, after);
        }
        events.clear();
    }
}
