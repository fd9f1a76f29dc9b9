package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.testkit.simulator.JsonView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One conversation under observation: its connection, what the adapter reported, and the input that
 * waits for it. Safe for use by any thread.
 */
public final class Probe {
    private final ContractBench bench;
    private final CallRecord record;
    private final ScriptedInputs inputs;
    private final int firstSocket;
    private volatile @Nullable TransportConnection connection;

    Probe(ContractBench bench, boolean offered) {
        this.bench = bench;
        this.record = new CallRecord(offered);
        this.inputs = new ScriptedInputs(record);
        this.firstSocket = bench.peer().sockets().size();
    }

    void opened(TransportConnection handle) {
        connection = handle;
    }

    boolean isOpened() {
        return connection != null;
    }

    /** The handle that open returned. */
    public TransportConnection connection() {
        TransportConnection handle = connection;
        if (handle == null) {
            throw new IllegalStateException("open has not returned yet");
        }
        return handle;
    }

    CallRecord record() {
        return record;
    }

    ScriptedInputs inputs() {
        return inputs;
    }

    /** The first control socket of this conversation; other conversations must not open meanwhile. */
    public PeerSocket socket() {
        return socket(0);
    }

    /** The control socket after {@code index} earlier ones of this conversation. */
    public PeerSocket socket(int index) {
        bench.await(
                "control socket " + (index + 1) + " stands",
                () -> bench.peer().sockets().size() > firstSocket + index);
        return bench.peer().sockets().get(firstSocket + index);
    }

    /** Adds input that is written as soon as a socket stands. */
    public void queue(ClientEvent... events) {
        inputs.queue(Arrays.asList(events));
    }

    /** Writes to the newest socket. */
    InputWriter writer() {
        return inputs.writer().orElseThrow(() -> new IllegalStateException("drainTo has not been called yet"));
    }

    /** Writes one event to the newest socket, past the queue; completes as the adapter says. */
    public CompletableFuture<Void> write(ClientEvent event) {
        return write(event, writer());
    }

    /** Writes one event past the queue; completes as the adapter says. */
    CompletableFuture<Void> write(ClientEvent event, InputWriter writer) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        try {
            writer.executor().execute(() -> {
                var unused = writer.write(event).whenComplete((done, failure) -> {
                    if (failure == null) {
                        written.complete(null);
                    } else {
                        written.completeExceptionally(failure);
                    }
                });
                writer.flush();
            });
        } catch (RejectedExecutionException shutDown) {
            written.completeExceptionally(shutDown);
        }
        return written;
    }

    /** Ids of the events that the peer sent on purpose, in the order of delivery. */
    public List<String> sentEvents() {
        return record.events().stream()
                .map(ServerEvent::eventId)
                .filter(id -> id.startsWith(Samples.EVENT_PREFIX))
                .toList();
    }

    /** Texts that the peer said on purpose, in the order of delivery. */
    List<String> saidEvents() {
        return record.events().stream()
                .filter(event -> event.eventId().startsWith(Samples.EVENT_PREFIX))
                .map(event -> JsonView.parse(event.raw().text()).text("delta"))
                .toList();
    }

    /** Stops the conversation as an application does. */
    public void stop() {
        stop(Closure.requested());
    }

    /** Stops the conversation with this closure. */
    public void stop(Closure closure) {
        bench.returnsAtOnce("close", () -> connection().close(closure));
    }

    /** Waits for the end. */
    public Closure awaitClosed() {
        bench.await("closed", () -> record.closure().isPresent());
        return record.closure().orElseThrow();
    }

    /** Waits until a socket stands. */
    public void awaitLive() {
        bench.await("drainTo", () -> record.drains() > 0 || record.closure().isPresent());
        bench.check(record.drains() > 0, "the conversation ended before its socket stood");
    }

    List<RuleViolation> violations() {
        List<RuleViolation> all = new ArrayList<>(record.violations());
        all.addAll(inputs.violations());
        return all;
    }

    /** The calls so far, and broken rules among them. */
    String describe() {
        StringBuilder text = new StringBuilder(record.transcript());
        for (RuleViolation violation : violations()) {
            text.append("\n    broken: ").append(violation.rule()).append(": ").append(violation.observed());
        }
        return text.toString();
    }
}
