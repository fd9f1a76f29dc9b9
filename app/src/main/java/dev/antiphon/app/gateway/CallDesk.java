package dev.antiphon.app.gateway;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All calls of a gateway: who may begin one, whose it is, when it has lasted long enough. Ended calls are
 * kept for a while, so that their end can be read: no more of them than may live, the newest. Safe for use
 * by any thread.
 */
final class CallDesk {
    private static final Logger log = LoggerFactory.getLogger(CallDesk.class);
    /** 160 bits: nobody guesses the name of a call. */
    private static final int ID_BYTES = 20;

    /** Why no call can begin. */
    enum Refusal {
        /** The gateway stops. */
        DRAINING,
        /** As many calls as it takes are live. */
        FULL,
        /** This client has as many calls as it may have. */
        CLIENT_QUOTA
    }

    /** A call that may begin, or why not. */
    record Admission(Optional<GatewayCall> call, Optional<Refusal> refusal) {}

    private final GatewayLimits limits;
    private final List<GatewayTool> tools;
    private final ScheduledExecutorService timer;
    private final SecureRandom random = new SecureRandom();

    // Guarded by this.
    private final Map<String, GatewayCall> calls = new HashMap<>();
    /** Those of {@link #calls} that have ended, the oldest first. */
    private final ArrayDeque<GatewayCall> ended = new ArrayDeque<>();

    private final Map<String, Integer> liveByClient = new HashMap<>();
    private int live;
    private boolean draining;

    CallDesk(GatewayLimits limits, List<GatewayTool> tools, ScheduledExecutorService timer) {
        this.limits = limits;
        this.tools = List.copyOf(tools);
        this.timer = timer;
    }

    /** Takes a place for a call of this client; whoever gets one begins the call or {@link #giveUp gives it up}. */
    synchronized Admission admit(String client) {
        Optional<Refusal> refusal = Optional.empty();
        if (draining) {
            refusal = Optional.of(Refusal.DRAINING);
        } else if (live >= limits.calls().atOnce()) {
            refusal = Optional.of(Refusal.FULL);
        } else if (liveByClient.getOrDefault(client, 0) >= limits.calls().perClient()) {
            refusal = Optional.of(Refusal.CLIENT_QUOTA);
        }
        if (refusal.isPresent()) {
            return new Admission(Optional.empty(), refusal);
        }
        GatewayCall call = new GatewayCall(newId(), client, limits.streams(), tools);
        calls.put(call.id(), call);
        live++;
        liveByClient.merge(client, 1, Integer::sum);
        return new Admission(Optional.of(call), Optional.empty());
    }

    /**
     * Watches a call that has begun: its longest time, its listeners, its end.
     *
     * @return done when the call has ended and its place is free
     */
    CompletionStage<?> watch(GatewayCall call, CompletionStage<?> closed) {
        ScheduledFuture<?> longest =
                timer.schedule(call::hangUp, limits.calls().longest().toMillis(), TimeUnit.MILLISECONDS);
        hangUpIfAbandoned(call.id());
        return closed.whenComplete((end, never) -> {
            longest.cancel(false);
            release(call);
            keepForAWhile(call);
        });
    }

    /** Hangs up a call that got no answer. Nobody knows its name, so there is nothing to keep but its place. */
    void drop(GatewayCall call) {
        forget(call.id());
        call.hangUp();
    }

    /** A call that never began. */
    void giveUp(GatewayCall call) {
        release(call);
        forget(call.id());
    }

    /** The call of this name, if it is this client's. */
    synchronized Optional<GatewayCall> find(String id, String client) {
        return named(id).filter(call -> call.client().equals(client));
    }

    synchronized int live() {
        return live;
    }

    synchronized boolean isDraining() {
        return draining;
    }

    /** Lets no call begin any more and hangs up those that live or are being created. */
    void drain() {
        List<GatewayCall> last;
        synchronized (this) {
            draining = true;
            last = List.copyOf(calls.values());
        }
        last.stream().filter(call -> !call.log().hasEnded()).forEach(CallDesk::hangUp);
    }

    /** One call that fails to end keeps none of the others alive. */
    private static void hangUp(GatewayCall call) {
        try {
            call.hangUp();
        } catch (RuntimeException failed) {
            log.warn("a call could not be hung up", failed);
        }
    }

    /** Waits until no call lives any more; false if the time is up before. */
    synchronized boolean awaitEnd(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (live > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /**
     * A browser that left says nothing: a call that nobody listened to for a while is over. What waits for that
     * knows the name only, so that it keeps no call that was forgotten.
     */
    private void hangUpIfAbandoned(String id) {
        Optional<GatewayCall> found = named(id).filter(call -> !call.log().hasEnded());
        if (found.isEmpty()) {
            return;
        }
        GatewayCall call = found.get();
        long patience = limits.calls().abandonedAfter().toMillis() - call.silentMillis();
        if (patience <= 0) {
            call.hangUp();
        } else {
            later(Duration.ofMillis(patience), () -> hangUpIfAbandoned(id));
        }
    }

    /** What nobody cancels, and what does not throw. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void later(Duration delay, Runnable action) {
        timer.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void release(GatewayCall call) {
        live--;
        notifyAll();
        liveByClient.computeIfPresent(call.client(), (client, count) -> count == 1 ? null : count - 1);
    }

    private void keepForAWhile(GatewayCall call) {
        String id = call.id();
        synchronized (this) {
            if (!calls.containsKey(id)) {
                return;
            }
            ended.add(call);
            oldestBeyond(limits.calls().perClient(), call.client()).ifPresent(oldest -> forget(oldest.id()));
            if (ended.size() > limits.calls().atOnce()) {
                forget(ended.element().id());
            }
        }
        later(limits.calls().keptAfterEnd(), () -> forget(id));
    }

    /** The oldest ended call of a client that has more of them than this. */
    private synchronized Optional<GatewayCall> oldestBeyond(int most, String client) {
        List<GatewayCall> theirs =
                ended.stream().filter(call -> call.client().equals(client)).toList();
        return theirs.size() > most ? Optional.of(theirs.get(0)) : Optional.empty();
    }

    private synchronized Optional<GatewayCall> named(String id) {
        return Optional.ofNullable(calls.get(id));
    }

    private synchronized void forget(String id) {
        GatewayCall forgotten = calls.remove(id);
        if (forgotten != null) {
            ended.remove(forgotten);
        }
    }

    private String newId() {
        byte[] bits = new byte[ID_BYTES];
        random.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
