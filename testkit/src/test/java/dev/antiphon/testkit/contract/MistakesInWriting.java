package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import dev.antiphon.testkit.contract.Tampering.Pen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import java.util.stream.Stream;

/** Mistakes in the sending half. */
final class MistakesInWriting {
    private MistakesInWriting() {}

    static Stream<Mistake> all() {
        return Stream.of(
                Mistake.direct(
                        Rule.DRAINED_INPUT_ARRIVES,
                        "loses what waited for the socket",
                        Tampering.writing(to -> new Pen(to) {
                            private boolean any;

                            @Override
                            public CompletionStage<Void> write(ClientEvent event) {
                                CompletionStage<Void> written =
                                        any ? to.write(event) : CompletableFuture.completedFuture(null);
                                any = true;
                                return written;
                            }
                        })),
                Mistake.direct(Rule.INPUT_ORDER, "writes every event twice", Tampering.writing(to -> new Pen(to) {
                    @Override
                    public CompletionStage<Void> write(ClientEvent event) {
                        return to.write(event).thenCompose(once -> to.write(event));
                    }
                })),
                Mistake.direct(
                        Rule.LARGE_INPUT, "cuts what does not fit into 16 bits", changing(event -> Altered.cut(event))),
                Mistake.direct(Rule.TEXT_UNCHANGED, "writes ASCII", changing(event -> Altered.inAscii(event))),
                Mistake.direct(Rule.WRITE_COMPLETES, "never completes a write", Tampering.writing(to -> new Pen(to) {
                    @Override
                    public CompletionStage<Void> write(ClientEvent event) {
                        var unused = to.write(event);
                        return new CompletableFuture<>();
                    }
                })),
                Mistake.direct(
                        Rule.WRITE_NEVER_BLOCKS, "waits for the socket in write", Tampering.writing(to -> new Pen(to) {
                            @Override
                            public CompletionStage<Void> write(ClientEvent event) {
                                CompletableFuture<Void> written =
                                        to.write(event).toCompletableFuture();
                                try {
                                    written.join();
                                } catch (CompletionException failed) {
                                    // The stage tells it.
                                }
                                return written;
                            }
                        })),
                Mistake.direct(
                        Rule.WRITE_HAS_OUTCOME, "forgets writes that failed", Tampering.writing(to -> new Pen(to) {
                            @Override
                            public CompletionStage<Void> write(ClientEvent event) {
                                CompletableFuture<Void> written = new CompletableFuture<>();
                                var unused = to.write(event).thenRun(() -> written.complete(null));
                                return written;
                            }
                        })),
                Mistake.direct(
                        Rule.WRITE_AFTER_END, "swallows writes after the end", Tampering.writing(to -> new Pen(to) {
                            @Override
                            public CompletionStage<Void> write(ClientEvent event) {
                                return to.write(event).exceptionally(failure -> null);
                            }
                        })),
                Mistake.direct(
                        Rule.NOT_WRITTEN_IS_TRUE,
                        "calls a write not written that was",
                        failingEvery(10, event -> new NotWrittenException("in doubt"))),
                Mistake.offered(
                        Rule.RECEIPTS_ARE_TRUE,
                        "calls a write of the engine not written that was",
                        failingEvery(10, event -> new NotWrittenException("in doubt"))),
                Mistake.direct(
                        Rule.BURST_ARRIVES,
                        "leaves the rest of a burst in its buffer",
                        Tampering.writing(Hoarder::new)),
                Mistake.direct(
                        Rule.WRITE_FROM_ANY_THREAD,
                        "takes writes from one thread only",
                        Tampering.writing(to -> new Pen(to) {
                            private final Thread owner = Thread.currentThread();

                            @Override
                            public CompletionStage<Void> write(ClientEvent event) {
                                return Thread.currentThread() == owner
                                        ? to.write(event)
                                        : CompletableFuture.failedStage(new IOException("not on this thread"));
                            }
                        })),
                Mistake.direct(
                        Rule.WRITTEN_ARRIVES,
                        "completes writes that it loses when it is closed",
                        Tampering.writing(to -> new Pen(to) {
                            private final List<ClientEvent> buffer = new ArrayList<>();

                            @Override
                            public CompletionStage<Void> write(ClientEvent event) {
                                buffer.add(event);
                                if (buffer.size() == 30) {
                                    buffer.forEach(to::write);
                                    buffer.clear();
                                }
                                return CompletableFuture.completedFuture(null);
                            }
                        })),
                Mistake.offered(
                        Rule.REJOIN_KEEPS_INPUT,
                        "does not say that nothing was written",
                        Tampering.writing(to -> new Pen(to) {
                            @Override
                            public CompletionStage<Void> write(ClientEvent event) {
                                return to.write(event)
                                        .handle((done, failure) -> failure)
                                        .thenCompose(failure -> failure == null
                                                ? CompletableFuture.completedFuture(null)
                                                : CompletableFuture.failedFuture(new IOException("broken")));
                            }
                        })),
                Mistake.offered(Rule.OLD_WRITER_FENCED, "writes to whichever socket is the newest", newestWriter()),
                Mistake.direct(
                        Rule.SESSION_UPDATE_FIRST, "swaps the first two frames", Tampering.writing(Swapper::new)),
                Mistake.direct(
                        Rule.QUEUED_TEXT_FOLLOWS,
                        "drops every fifth frame of the engine",
                        Tampering.writing(to -> new Pen(to) {
                            private int count;

                            @Override
                            public CompletionStage<Void> write(ClientEvent event) {
                                return ++count % 5 == 0 ? CompletableFuture.completedFuture(null) : to.write(event);
                            }
                        })),
                Mistake.direct(
                        Rule.LANES_KEEP_ORDER, "holds texts back behind audio", Tampering.writing(Laggard::new)));
    }

    private static Tampering changing(Function<ClientEvent, ClientEvent> change) {
        return Tampering.writing(to -> new Pen(to) {
            @Override
            public CompletionStage<Void> write(ClientEvent event) {
                return to.write(change.apply(event));
            }
        });
    }

    private static Tampering failingEvery(int nth, Function<ClientEvent, RuntimeException> failure) {
        return Tampering.writing(to -> new Pen(to) {
            private int count;

            @Override
            public CompletionStage<Void> write(ClientEvent event) {
                CompletionStage<Void> written = to.write(event);
                return ++count % nth == 0 ? CompletableFuture.failedStage(failure.apply(event)) : written;
            }
        });
    }

    private static Tampering newestWriter() {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            Deque<InputWriter> newest = new ConcurrentLinkedDeque<>();
            return healthy.open(
                    start,
                    writer -> {
                        newest.push(writer);
                        inputs.drainTo(event -> newest.getFirst().write(event));
                    },
                    listener);
        });
    }

    /** Takes a whole burst and writes only what fills its buffer. */
    private static final class Hoarder extends Pen {
        private final List<ClientEvent> buffer = new ArrayList<>();
        private CompletableFuture<Void> written = new CompletableFuture<>();

        Hoarder(InputWriter to) {
            super(to);
        }

        @Override
        public int windowBytes() {
            return 1 << 20;
        }

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            buffer.add(event);
            CompletableFuture<Void> shared = written;
            if (buffer.size() == 64) {
                buffer.forEach(to::write);
                buffer.clear();
                written = new CompletableFuture<>();
                shared.complete(null);
            }
            return shared;
        }

        @Override
        public void flush() {
            // The mistake: the buffer is not full yet.
        }
    }

    /** Writes the second event before the first. */
    private static final class Swapper extends Pen {
        private final List<ClientEvent> first = new ArrayList<>();
        private boolean swapped;

        Swapper(InputWriter to) {
            super(to);
        }

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            if (swapped) {
                return to.write(event);
            } else if (first.isEmpty()) {
                first.add(event);
                return CompletableFuture.completedFuture(null);
            }
            swapped = true;
            return to.write(event).thenCompose(done -> to.write(first.get(0)));
        }
    }

    /** Keeps the first text until the third. */
    private static final class Laggard extends Pen {
        private final List<ClientEvent> held = new ArrayList<>();

        Laggard(InputWriter to) {
            super(to);
        }

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            if (!event.type().equals("conversation.item.create")) {
                return to.write(event);
            }
            held.add(0, event);
            if (held.size() == 3) {
                held.forEach(to::write);
                held.clear();
            }
            return CompletableFuture.completedFuture(null);
        }
    }
}
