package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Call.State;
import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * All calls of a simulator, so that a test can prove that none was left behind. It forgets ended calls
 * beyond the newest 10,000. Safe for use by any thread.
 */
public final class CallLedger {
    private static final int MAX_ENDED = 10_000;

    private final Executor loop;
    private final Journal journal;

    // Guarded by this.
    private final Map<String, Call> calls = new LinkedHashMap<>();
    private long created;

    CallLedger(Executor loop, Journal journal) {
        this.loop = loop;
        this.journal = journal;
    }

    /** All calls in the order of creation. */
    public synchronized List<Call> all() {
        return new ArrayList<>(calls.values());
    }

    /** Calls that nobody ended. */
    public List<Call> live() {
        return inState(State.LIVE);
    }

    /** Calls in this state. */
    public List<Call> inState(State state) {
        return all().stream().filter(call -> call.state() == state).toList();
    }

    public synchronized Optional<Call> find(String id) {
        return Optional.ofNullable(calls.get(id));
    }

    /** How many calls were ever created. */
    public synchronized long created() {
        return created;
    }

    /**
     * The newest call.
     *
     * @throws AssertionError if there is none
     */
    public Call last() {
        List<Call> all = all();
        if (all.isEmpty()) {
            throw new AssertionError("no call was created; there was:\n" + journal.describe());
        }
        return all.get(all.size() - 1);
    }

    void add(Call call) {
        synchronized (this) {
            calls.put(call.id(), call);
            created++;
            if (calls.size() > MAX_ENDED) {
                calls.values().stream()
                        .filter(old -> !old.isLive())
                        .findFirst()
                        .ifPresent(old -> calls.remove(old.id()));
            }
        }
        journal.add(Kind.CALL_CREATED, call.request().connection(), call.id(), "");
    }

    /** Keeps in the journal how a call by telephone was answered. */
    void answered(Call call) {
        journal.add(
                call.isLive() ? Kind.CALL_CREATED : Kind.CALL_ENDED,
                "",
                call.id(),
                call.state().toString());
    }

    /** Does something about a call on the loop. */
    void execute(Runnable action) {
        loop.execute(action);
    }

    /** Ends a call once; later ends change nothing. */
    void end(Call call, State how) {
        synchronized (this) {
            if (!call.isLive() && call.state() != State.RINGING) {
                return;
            }
            call.become(how);
        }
        journal.add(Kind.CALL_ENDED, "", call.id(), how.toString());
        loop.execute(() -> {
            String reason = how == State.HUNG_UP ? "call hung up" : "call ended";
            call.assistant().ifPresent(session -> session.end(1000, reason));
            call.media().close();
        });
    }
}
