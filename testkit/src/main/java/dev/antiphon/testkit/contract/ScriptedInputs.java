package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Input channels as the engine fills them: one queue, drained into the newest writer by the rules of
 * {@link InputWriter}: one write at a time or a window of them, on the writer's executor, a flush
 * behind each burst. An event that fails as not written keeps its place, one without a form is given
 * up alone; after any other failure the writer is not used again; what it still has in flight when the next one comes stays unknown. Safe for
 * use by any thread.
 */
final class ScriptedInputs implements InputChannels {
    /** What became of an event. */
    enum Outcome {
        WAITING,
        IN_FLIGHT,
        WRITTEN,
        REFUSED,
        NOT_WRITTEN,
        UNKNOWN
    }

    private final CallRecord record;
    private final Object lock = new Object();

    // Guarded by lock.
    private final Deque<ClientEvent> queue = new ArrayDeque<>();
    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
    private final List<RuleViolation> violations = new ArrayList<>();
    private @Nullable Drain drain;
    private int unfinished;

    ScriptedInputs(CallRecord record) {
        this.record = record;
    }

    @Override
    public void drainTo(InputWriter writer) {
        record.onDrain(() -> {
            Drain next = new Drain(writer);
            synchronized (lock) {
                drain = next;
                outcomes.replaceAll((id, outcome) -> outcome == Outcome.IN_FLIGHT ? Outcome.UNKNOWN : outcome);
            }
            next.signal();
        });
    }

    /** Adds events behind those that wait. */
    void queue(Collection<? extends ClientEvent> events) {
        Drain current;
        synchronized (lock) {
            for (ClientEvent event : events) {
                queue.add(event);
                outcomes.put(event.eventId(), Outcome.WAITING);
            }
            current = drain;
        }
        if (current != null) {
            current.signal();
        }
    }

    /** The writer of the newest socket. */
    Optional<InputWriter> writer() {
        synchronized (lock) {
            return drain == null ? Optional.empty() : Optional.of(drain.writer);
        }
    }

    Map<String, Outcome> outcomes() {
        synchronized (lock) {
            return new LinkedHashMap<>(outcomes);
        }
    }

    /** Ids of the events with this outcome, in the order in which they were queued. */
    List<String> with(Outcome outcome) {
        synchronized (lock) {
            return outcomes.entrySet().stream()
                    .filter(entry -> entry.getValue() == outcome)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /** Writes whose stage has not completed. */
    int unfinished() {
        synchronized (lock) {
            return unfinished;
        }
    }

    List<RuleViolation> violations() {
        synchronized (lock) {
            return List.copyOf(violations);
        }
    }

    /** Draining into one writer. */
    private final class Drain {
        private final InputWriter writer;

        // Guarded by lock.
        private long bytesInFlight;
        private int inFlight;
        private boolean failed;
        private boolean running;
        private boolean again;

        private Drain(InputWriter writer) {
            this.writer = writer;
        }

        private void signal() {
            synchronized (lock) {
                again = true;
                if (running || drain != this) {
                    return;
                }
                running = true;
            }
            try {
                writer.executor().execute(this::run);
            } catch (RejectedExecutionException shutDown) {
                synchronized (lock) {
                    running = false;
                    failed = true;
                }
            }
        }

        private void run() {
            while (true) {
                boolean wrote = false;
                for (ClientEvent event = next(); event != null; event = next()) {
                    write(event);
                    wrote = true;
                }
                if (wrote) {
                    writer.flush();
                }
                synchronized (lock) {
                    if (!again) {
                        running = false;
                        return;
                    }
                }
            }
        }

        /** The event to write now; null when the queue is empty or the window is full. */
        private @Nullable ClientEvent next() {
            synchronized (lock) {
                again = false;
                ClientEvent event = queue.peek();
                if (event == null || failed || drain != this) {
                    return null;
                }
                if (inFlight > 0 && bytesInFlight + event.sizeHint() > writer.windowBytes()) {
                    return null;
                }
                queue.remove();
                inFlight++;
                unfinished++;
                bytesInFlight += event.sizeHint();
                outcomes.put(event.eventId(), Outcome.IN_FLIGHT);
                return event;
            }
        }

        private void write(ClientEvent event) {
            CompletionStage<Void> stage;
            try {
                stage = writer.write(event);
            } catch (IllegalArgumentException noForm) {
                completed(event, noForm);
                return;
            } catch (RuntimeException thrown) {
                synchronized (lock) {
                    violations.add(new RuleViolation(
                            Rule.WRITE_HAS_OUTCOME, "write threw " + thrown + " instead of failing its stage", ""));
                }
                completed(event, thrown);
                return;
            }
            var unused = stage.whenComplete((done, failure) -> completed(event, failure));
        }

        private void completed(ClientEvent event, @Nullable Throwable failure) {
            synchronized (lock) {
                unfinished--;
                inFlight--;
                bytesInFlight -= event.sizeHint();
                if (drain != this) {
                    return;
                }
                if (failure == null) {
                    outcomes.put(event.eventId(), Outcome.WRITTEN);
                } else if (isNotWritten(failure)) {
                    failed = true;
                    outcomes.put(event.eventId(), Outcome.NOT_WRITTEN);
                    putBack(event);
                } else if (causeOf(failure) instanceof IllegalArgumentException) {
                    outcomes.put(event.eventId(), Outcome.REFUSED);
                } else {
                    failed = true;
                    outcomes.put(event.eventId(), Outcome.UNKNOWN);
                }
            }
            signal();
        }

        /** Events of a window fail in any order; each finds its place by the order of queueing. */
        private void putBack(ClientEvent event) {
            List<String> order = List.copyOf(outcomes.keySet());
            int place = order.indexOf(event.eventId());
            List<ClientEvent> waiting = new ArrayList<>(queue);
            int index = 0;
            while (index < waiting.size() && order.indexOf(waiting.get(index).eventId()) < place) {
                index++;
            }
            waiting.add(index, event);
            queue.clear();
            queue.addAll(waiting);
        }
    }

    static boolean isNotWritten(Throwable failure) {
        return causeOf(failure) instanceof NotWrittenException;
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
