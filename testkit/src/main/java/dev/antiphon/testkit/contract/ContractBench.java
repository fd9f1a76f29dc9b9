package dev.antiphon.testkit.contract;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.Patience;
import dev.antiphon.testkit.ThreadCensus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where one rule is tried: the subject, the conversations that were opened on it, and waits that fail
 * with the rule's name. Belongs to one test; its methods are called by the test's threads.
 */
public final class ContractBench {
    private static final Duration UNHURRIED = Duration.ofSeconds(10);

    private final Rule rule;
    private final Terms terms;
    private final Duration patience;
    private final ContractSubject subject;

    // Guarded by itself.
    private final List<Probe> probes = new ArrayList<>();

    // Used by the test's own thread only.
    private final List<RealtimeConversations> engines = new ArrayList<>();

    ContractBench(Rule rule, Terms terms, ContractSubject subject) {
        this.rule = rule;
        this.terms = terms;
        this.patience = terms.patience();
        this.subject = subject;
    }

    public RealtimeTransport transport() {
        return subject.transport();
    }

    public ContractPeer peer() {
        return subject.peer();
    }

    /** Whether the adapter declares this. */
    public boolean can(Capability capability) {
        return terms.capabilities().contains(capability);
    }

    Terms terms() {
        return terms;
    }

    /** Opens a conversation of the adapter's own kind. */
    public Probe open() {
        return open(terms.start());
    }

    /** Opens a conversation; fails the rule if that blocks or throws. */
    public Probe open(StartRequest request) {
        return open(request, probe(request));
    }

    /** A conversation that is not open yet, so that it can be given input and hooks before. */
    public Probe probe() {
        return probe(terms.start());
    }

    Probe probe(StartRequest request) {
        Probe probe = new Probe(this, request.offer().isPresent());
        synchronized (probes) {
            probes.add(probe);
        }
        return probe;
    }

    /** Opens a prepared conversation. */
    public Probe open(Probe probe) {
        return open(terms.start(), probe);
    }

    Probe open(StartRequest request, Probe probe) {
        call(Rule.OPEN_RETURNS_AT_ONCE, Rule.OPEN_THROWS_NOTHING, "open", () -> {
            TransportConnection handle = transport().open(request, probe.inputs(), probe.record());
            probe.opened(handle);
        });
        return probe;
    }

    /** Opens a conversation and waits until its control socket stands. */
    public Probe live() {
        Probe probe = open();
        probe.awaitLive();
        // A later conversation must find this socket in the peer's list.
        probe.socket();
        return probe;
    }

    /** Starts a conversation of the engine over the adapter. */
    Conversation converse() {
        RealtimeConversations conversations = RealtimeConversations.builder()
                .selector(request -> new TransportChoice(transport(), "it is under contract"))
                .build();
        engines.add(conversations);
        return conversations.start(terms.start());
    }

    /** The control socket after {@code index} earlier ones, whoever opened it. */
    PeerSocket socket(int index) {
        await(
                "control socket " + (index + 1) + " stands",
                () -> peer().sockets().size() > index);
        return peer().sockets().get(index);
    }

    /**
     * Opens a conversation while the peer holds its first step, so that no call comes before open has
     * returned.
     *
     * @return opens the gate
     */
    public Gate hold() {
        return terms.start().offer().isPresent() ? peer().holdCalls() : peer().holdHandshakes();
    }

    /** Stops watching a conversation that has ended. */
    void forget(Probe probe) {
        synchronized (probes) {
            probes.remove(probe);
        }
    }

    /** Waits for what the rule demands. */
    public void await(String expected, BooleanSupplier condition) {
        if (!new Patience(patience).until(condition)) {
            throw violation("waited " + patience.toMillis() + " ms for: " + expected);
        }
    }

    /** Fails the rule unless it holds. */
    public void check(boolean holds, String observed) {
        if (!holds) {
            throw violation(observed);
        }
    }

    /** Fails the rule unless both are equal. */
    public void checkEqual(Object actual, Object expected, String what) {
        check(expected.equals(actual), what + " was " + shorten(actual) + " instead of " + shorten(expected));
    }

    private static String shorten(Object value) {
        String text = String.valueOf(value);
        return text.length() <= 600 ? text : text.substring(0, 300) + " … " + text.substring(text.length() - 300);
    }

    /** The failure of this rule, with everything that was recorded. */
    public RuleViolation violation(String observed) {
        return new RuleViolation(rule, observed, describe());
    }

    /** Runs a method of the port; fails if it blocks or throws. */
    void returnsAtOnce(String method, Runnable call) {
        call(Rule.CLOSE_RETURNS, Rule.METHODS_AFTER_END, method, call);
    }

    /** Runs a method of the port; fails this rule if it blocks or throws. */
    void returnsAtOnce(Rule broken, String method, Runnable call) {
        call(broken, broken, method, call);
    }

    /** Waits inside a call to the listener; no longer than the rest of the rule could take. */
    void awaitQuietly(CountDownLatch latch) {
        try {
            var unused = latch.await(5 * patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** How fast it returns is the matter of one rule; the others give a busy machine its time. */
    private void call(Rule blocked, Rule thrown, String method, Runnable call) {
        CompletableFuture<@Nullable Void> returned = new CompletableFuture<>();
        Thread caller = new Thread(
                () -> {
                    try {
                        call.run();
                        returned.complete(null);
                    } catch (RuntimeException | Error failure) {
                        returned.completeExceptionally(failure);
                    }
                },
                "contract-caller");
        caller.setDaemon(true);
        caller.start();
        Duration limit = rule == blocked || patience.compareTo(UNHURRIED) > 0 ? patience : UNHURRIED;
        try {
            returned.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            String where = ThreadCensus.describe(caller);
            caller.interrupt();
            throw new RuleViolation(
                    blocked, method + " did not return within " + limit.toMillis() + " ms: " + where, describe());
        } catch (ExecutionException failed) {
            RuleViolation violation = new RuleViolation(thrown, method + " threw " + failed.getCause(), describe());
            violation.initCause(failed.getCause());
            throw violation;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while calling " + method, stop);
        }
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        int number = 1;
        for (Probe probe : watched()) {
            text.append(number == 1 ? "  calls: " : "\n  calls of conversation " + number + ": ")
                    .append(probe.describe());
            number++;
        }
        return text.toString();
    }

    private List<Probe> watched() {
        synchronized (probes) {
            return List.copyOf(probes);
        }
    }

    /** Ends everything and checks what every rule demands: one end each, no broken call, nothing left. */
    void finish(Runnable closeResources, ThreadCensus census, Predicate<Thread> shared) {
        List<AssertionError> failures = new ArrayList<>();
        try {
            endAll(failures);
        } catch (AssertionError failure) {
            failures.add(failure);
        } finally {
            closeResources.run();
        }
        List<Thread> left = census.awaitGone(patience, shared);
        if (!left.isEmpty()) {
            String threads = String.join(
                    "\n    ", left.stream().map(ThreadCensus::describe).toList());
            failures.add(new RuleViolation(
                    Rule.NO_THREAD_LEFT, left.size() + " left after the transport was closed:\n    " + threads, ""));
        }
        for (Probe probe : watched()) {
            probe.violations().stream()
                    .findFirst()
                    .ifPresent(
                            broken -> failures.add(0, new RuleViolation(broken.rule(), broken.observed(), describe())));
        }
        if (!failures.isEmpty()) {
            AssertionError first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private void endAll(List<AssertionError> failures) {
        for (RealtimeConversations engine : engines) {
            CompletableFuture<Void> ended = engine.shutdown().toCompletableFuture();
            if (!new Patience(patience).until(ended::isDone)) {
                failures.add(new RuleViolation(
                        Rule.CLOSED_ONCE, "a conversation of the engine did not end when it was closed", describe()));
            }
        }
        for (Probe probe : watched()) {
            if (!probe.isOpened()) {
                continue;
            }
            if (probe.record().closure().isEmpty()) {
                probe.stop(Closure.requested());
            }
            if (!new Patience(patience).until(() -> probe.record().closure().isPresent())) {
                failures.add(new RuleViolation(
                        Rule.CLOSED_ONCE,
                        "no closed within " + patience.toMillis() + " ms after close was called",
                        describe()));
            }
        }
        // A peer that does not read does not see the adapter go.
        peer().sockets().forEach(PeerSocket::resumeReading);
        if (!new Patience(patience).until(() -> peer().openConnections() == 0)) {
            failures.add(new RuleViolation(
                    Rule.NO_SOCKET_LEFT,
                    peer().openConnections() + " connections are open after every conversation has ended",
                    describe()));
        }
        for (Probe probe : watched()) {
            if (!new Patience(patience).until(() -> probe.inputs().unfinished() == 0)) {
                failures.add(new RuleViolation(
                        Rule.WRITE_HAS_OUTCOME,
                        probe.inputs().unfinished() + " writes have no outcome although the connection has ended",
                        describe()));
            }
        }
    }
}
