package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.testkit.InMemoryServer;
import dev.antiphon.testkit.contract.Tampering.Ear;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Mistakes in what is reported, and in which order. */
final class MistakesInCalls {
    private MistakesInCalls() {}

    static Stream<Mistake> all() {
        return Stream.of(
                Mistake.direct(Rule.CLOSED_ONCE, "reports closed twice", Tampering.hearing(to -> new Ear(to) {
                    @Override
                    public void onClosed(Closure closure) {
                        to.onClosed(closure);
                        to.onClosed(closure);
                    }
                })),
                Mistake.direct(
                        Rule.CLOSED_IS_LAST, "delivers events after closed", Tampering.hearing(to -> new Ear(to) {
                            private final List<ServerEvent> heard = new ArrayList<>();

                            @Override
                            public void onEvent(ServerEvent event) {
                                heard.add(event);
                                to.onEvent(event);
                            }

                            @Override
                            public void onClosed(Closure closure) {
                                to.onClosed(closure);
                                heard.forEach(to::onEvent);
                            }
                        })),
                Mistake.direct(Rule.NO_MIXING, "keeps one listener for all conversations", sharedListener()),
                Mistake.offered(
                        Rule.ANSWER_FIRST, "joins before it reports the answer", Tampering.hearing(to -> new Ear(to) {
                            private final AtomicReference<SdpAnswer> held = new AtomicReference<>();

                            @Override
                            public void onAnswer(SdpAnswer answer) {
                                held.set(answer);
                            }

                            @Override
                            public void onJoining(int attempt) {
                                to.onJoining(attempt);
                                SdpAnswer answer = held.getAndSet(null);
                                if (answer != null) {
                                    to.onAnswer(answer);
                                }
                            }
                        })),
                Mistake.offered(Rule.ANSWER_ONCE, "reports the answer twice", Tampering.hearing(to -> new Ear(to) {
                    @Override
                    public void onAnswer(SdpAnswer answer) {
                        to.onAnswer(answer);
                        to.onAnswer(answer);
                    }
                })),
                Mistake.offered(
                        Rule.ANSWER_BEFORE_JOIN,
                        "keeps the answer until the socket stands",
                        Tampering.opening((healthy, start, inputs, listener) -> {
                            Patient patient = new Patient(listener, inputs);
                            return healthy.open(start, patient, patient);
                        })),
                Mistake.offered(
                        Rule.ANSWER_UNCHANGED,
                        "changes the line ends of the answer",
                        Tampering.hearing(to -> new Ear(to) {
                            @Override
                            public void onAnswer(SdpAnswer answer) {
                                to.onAnswer(new SdpAnswer(answer.text().replace("\r\n", "\n")));
                            }
                        })),
                Mistake.direct(
                        Rule.NO_OFFER_NO_ANSWER,
                        "reports an answer nobody asked for",
                        Tampering.hearing(to -> new Ear(to) {
                            @Override
                            public void onJoining(int attempt) {
                                to.onAnswer(new SdpAnswer(InMemoryServer.ANSWER));
                                to.onJoining(attempt);
                            }
                        })),
                Mistake.offered(Rule.JOIN_ANNOUNCED, "joins in silence", Tampering.hearing(to -> new Ear(to) {
                    @Override
                    public void onJoining(int attempt) {
                        // silence
                    }
                })),
                Mistake.offered(Rule.ATTEMPTS_COUNT, "counts attempts from 0", Tampering.hearing(to -> new Ear(to) {
                    @Override
                    public void onJoining(int attempt) {
                        to.onJoining(attempt - 1);
                    }
                })),
                Mistake.direct(
                        Rule.DRAIN_WAITS,
                        "drains before the socket stands",
                        Tampering.opening((healthy, start, inputs, listener) -> {
                            listener.onJoining(1);
                            inputs.drainTo(event -> new CompletableFuture<>());
                            return healthy.open(start, inputs, listener);
                        })),
                Mistake.offered(
                        Rule.DRAIN_PER_SOCKET,
                        "drains twice for one socket",
                        Tampering.opening((healthy, start, inputs, listener) -> healthy.open(
                                start,
                                writer -> {
                                    inputs.drainTo(writer);
                                    inputs.drainTo(writer);
                                },
                                listener))),
                Mistake.direct(
                        Rule.EVENT_AFTER_DRAIN,
                        "drains only after the first event",
                        Tampering.opening((healthy, start, inputs, listener) -> {
                            AtomicReference<InputWriter> held = new AtomicReference<>();
                            return healthy.open(start, held::set, new Ear(listener) {
                                @Override
                                public void onEvent(ServerEvent event) {
                                    to.onEvent(event);
                                    InputWriter writer = held.getAndSet(null);
                                    if (writer != null) {
                                        inputs.drainTo(writer);
                                    }
                                }
                            });
                        })),
                Mistake.direct(
                        Rule.NO_OVERLAP, "delivers events on two threads at once", Tampering.hearing(to -> new Ear(to) {
                            @Override
                            public void onEvent(ServerEvent event) {
                                alongside(() -> to.onEvent(event));
                            }
                        })),
                Mistake.direct(
                        Rule.EVENT_ORDER,
                        "delivers two events the wrong way round",
                        Tampering.hearing(to -> new Ear(to) {
                            private final List<ServerEvent> held = new ArrayList<>();

                            @Override
                            public void onEvent(ServerEvent event) {
                                held.add(0, event);
                                if (held.size() == 2) {
                                    held.forEach(to::onEvent);
                                    held.clear();
                                }
                            }
                        })),
                Mistake.direct(Rule.BOTH_WAYS, "loses an event among many", Tampering.hearing(to -> new Ear(to) {
                    private int count;

                    @Override
                    public void onEvent(ServerEvent event) {
                        if (++count % 100 != 0) {
                            to.onEvent(event);
                        }
                    }
                })),
                Mistake.direct(
                        Rule.EVENTS_BEFORE_CLOSE,
                        "forgets what the server sent before its close",
                        Tampering.hearing(LateByOne::new)),
                Mistake.offered(
                        Rule.OLD_EVENTS_FENCED,
                        "delivers an event of a lost socket after the re-join",
                        Tampering.hearing(LateByOne::new)),
                Mistake.direct(Rule.FIRST_EVENT_KEPT, "loses the first event", Tampering.hearing(to -> new Ear(to) {
                    private boolean any;

                    @Override
                    public void onEvent(ServerEvent event) {
                        if (any) {
                            to.onEvent(event);
                        }
                        any = true;
                    }
                })),
                Mistake.direct(Rule.LARGE_EVENT, "skips events beyond 64 KiB", Tampering.hearing(to -> new Ear(to) {
                    @Override
                    public void onEvent(ServerEvent event) {
                        if (event.raw().text().length() < 65_536) {
                            to.onEvent(event);
                        }
                    }
                })),
                Mistake.direct(Rule.EVENT_UNCHANGED, "reads events as ASCII", Tampering.hearing(to -> new Ear(to) {
                    @Override
                    public void onEvent(ServerEvent event) {
                        to.onEvent(Altered.inAscii(event));
                    }
                })),
                Mistake.direct(
                        Rule.ERROR_EVENT_LIVES, "ends with the first error event", Tampering.hearing(to -> new Ear(to) {
                            private boolean over;

                            @Override
                            public void onEvent(ServerEvent event) {
                                if (!over) {
                                    to.onEvent(event);
                                }
                                over |= event.type().equals("error");
                            }
                        })),
                Mistake.direct(Rule.NOT_RETAINED, "keeps every listener", keepsListeners()));
    }

    /** Runs a task on two threads and waits for both. */
    private static void alongside(Runnable task) {
        Thread other = new Thread(task, "contract-caller");
        other.setDaemon(true);
        other.start();
        task.run();
        try {
            other.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private static Tampering sharedListener() {
        return Tampering.sharing(() -> {
            Deque<TransportListener> newest = new ConcurrentLinkedDeque<>();
            return (healthy, start, inputs, listener) -> {
                newest.push(listener);
                return healthy.open(start, inputs, new Ear(listener) {
                    @Override
                    public void onEvent(ServerEvent event) {
                        newest.getFirst().onEvent(event);
                    }
                });
            };
        });
    }

    private static Tampering keepsListeners() {
        return Tampering.sharing(() -> {
            Set<TransportListener> kept = ConcurrentHashMap.newKeySet();
            return (healthy, start, inputs, listener) -> {
                kept.add(listener);
                return healthy.open(start, inputs, listener);
            };
        });
    }

    /** Holds the newest event back until the next one. */
    private static final class LateByOne extends Ear {
        private final List<ServerEvent> held = new ArrayList<>();

        LateByOne(TransportListener to) {
            super(to);
        }

        @Override
        public void onEvent(ServerEvent event) {
            held.add(event);
            if (held.size() > 1) {
                to.onEvent(held.remove(0));
            }
        }
    }

    /** Reports nothing before the socket stands, then all of it. */
    private static final class Patient extends Ear implements InputChannels {
        private final InputChannels inputs;
        private final List<Runnable> held = new ArrayList<>();

        Patient(TransportListener to, InputChannels inputs) {
            super(to);
            this.inputs = inputs;
        }

        @Override
        public void onAnswer(SdpAnswer answer) {
            held.add(() -> to.onAnswer(answer));
        }

        @Override
        public void onJoining(int attempt) {
            held.add(() -> to.onJoining(attempt));
        }

        @Override
        public void drainTo(InputWriter writer) {
            held.forEach(Runnable::run);
            held.clear();
            inputs.drainTo(writer);
        }
    }
}
