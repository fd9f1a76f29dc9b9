package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.testkit.contract.Tampering.Ear;
import dev.antiphon.testkit.contract.Tampering.Handle;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Mistakes around close, pause and resume. */
final class MistakesInStopping {
    /** What a connection does at the moment. */
    private enum Now {
        CREATING,
        JOINING,
        STANDING
    }

    private MistakesInStopping() {}

    static Stream<Mistake> all() {
        return Stream.of(
                Mistake.direct(Rule.CLOSE_DURING_CALL, "holds a lock while it calls the listener", holdingALock()),
                Mistake.offered(
                        Rule.CLOSE_IN_ANSWER, "ignores a close inside the answer", deafDuring(Deaf.Call.ANSWER)),
                Mistake.offered(Rule.CLOSE_IN_JOINING, "ignores a close inside joining", deafDuring(Deaf.Call.JOINING)),
                Mistake.direct(Rule.CLOSE_IN_EVENT, "ignores a close inside an event", deafDuring(Deaf.Call.EVENT)),
                Mistake.direct(Rule.CLOSE_IN_DRAIN, "ignores a close inside drainTo", deafDuring(Deaf.Call.DRAIN)),
                Mistake.direct(Rule.PAUSE_STOPS, "ignores a pause", Tampering.holding(to -> new Handle(to) {
                    @Override
                    public void pauseReceiving() {
                        // The mistake.
                    }
                })),
                Mistake.direct(
                        Rule.RESUME_DELIVERS, "throws away what comes while it is paused", pausing(Discarding::new)),
                Mistake.direct(Rule.PAUSE_IS_IDEMPOTENT, "counts pauses", Tampering.holding(to -> new Handle(to) {
                    private int pauses;

                    @Override
                    public synchronized void pauseReceiving() {
                        pauses++;
                        to.pauseReceiving();
                    }

                    @Override
                    public synchronized void resumeReceiving() {
                        if (--pauses == 0) {
                            to.resumeReceiving();
                        }
                    }
                })),
                Mistake.direct(
                        Rule.PAUSE_BEFORE_SOCKET,
                        "forgets a pause before the socket stands",
                        watching((to, now) -> new Handle(to) {
                            @Override
                            public void pauseReceiving() {
                                if (now.test(Now.STANDING)) {
                                    to.pauseReceiving();
                                }
                            }
                        })),
                Mistake.direct(Rule.WRITES_WHILE_PAUSED, "stops writing too while it is paused", pausing(Gagged::new)),
                Mistake.direct(
                        Rule.CLOSE_WHILE_PAUSED,
                        "closes only when it is resumed",
                        Tampering.holding(to -> new Handle(to) {
                            private boolean paused;

                            @Override
                            public void pauseReceiving() {
                                paused = true;
                                to.pauseReceiving();
                            }

                            @Override
                            public void resumeReceiving() {
                                paused = false;
                                to.resumeReceiving();
                            }

                            @Override
                            public void close(Closure closure) {
                                if (!paused) {
                                    to.close(closure);
                                }
                            }
                        })),
                Mistake.offered(Rule.STOP_IN_CALL, "cannot stop a call creation", deafWhile(Now.CREATING)),
                Mistake.direct(Rule.STOP_IN_UPGRADE, "cannot stop a handshake", deafWhile(Now.JOINING)),
                Mistake.offered(Rule.STOP_IN_BACKOFF, "cannot stop its attempts to join", deafWhile(Now.JOINING)),
                Mistake.offered(Rule.STOP_IN_REJOIN, "cannot stop a re-join", deafWhile(Now.JOINING)),
                Mistake.direct(Rule.STOP_ACCOUNTS, "keeps a stopped conversation waiting", deafWhile(Now.JOINING)),
                Mistake.direct(Rule.STOP_LIVE, "cannot stop a live connection", deafWhile(Now.STANDING)),
                Mistake.direct(
                        Rule.FIRST_CLOSE_COUNTS, "reports an end of its own", Tampering.hearing(to -> new Ear(to) {
                            @Override
                            public void onClosed(Closure closure) {
                                to.onClosed(Closure.requested());
                            }
                        })),
                Mistake.direct(
                        Rule.CLOSE_TRAVELS, "closes every socket with 1000", Tampering.holding(to -> new Handle(to) {
                            @Override
                            public void close(Closure closure) {
                                to.close(Closure.requested());
                            }
                        })),
                Mistake.direct(Rule.NO_SOCKET_LATER, "reports the end and goes on connecting", onlyReporting()),
                Mistake.offered(Rule.STOPPED_CALL_ENDS, "leaves the call of a stopped start alone", onlyReporting()),
                Mistake.offered(Rule.LATE_CALL_ENDS, "forgets a call that comes after the stop", onlyReporting()),
                Mistake.direct(Rule.NO_SOCKET_LEFT, "reports the end and leaves its socket open", onlyReporting()),
                Mistake.direct(Rule.METHODS_AFTER_END, "throws after the end", Tampering.holding(to -> new Handle(to) {
                    private boolean closed;

                    @Override
                    public void close(Closure closure) {
                        closed = true;
                        to.close(closure);
                    }

                    @Override
                    public void pauseReceiving() {
                        if (closed) {
                            throw new IllegalStateException("closed");
                        }
                        to.pauseReceiving();
                    }
                })),
                Mistake.direct(Rule.CLOSE_RETURNS, "waits for the socket in pause", waitingInPause()));
    }

    /** A handle that is asked what the connection does now. */
    private static Tampering watching(BiFunction<TransportConnection, Predicate<Now>, TransportConnection> change) {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            Phases phases = new Phases(listener, inputs);
            TransportConnection handle = healthy.open(start, phases, phases);
            return change.apply(handle, now -> phases.now == now);
        });
    }

    private static Tampering deafWhile(Now phase) {
        return watching((to, now) -> new Handle(to) {
            @Override
            public void close(Closure closure) {
                if (!now.test(phase)) {
                    to.close(closure);
                }
            }
        });
    }

    private static Tampering deafDuring(Deaf.Call call) {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            Deaf deaf = new Deaf(listener, inputs, call);
            TransportConnection handle = healthy.open(start, deaf, deaf);
            return new Handle(handle) {
                @Override
                public void close(Closure closure) {
                    if (!deaf.calling.get()) {
                        to.close(closure);
                    }
                }
            };
        });
    }

    /** Reports the end that was asked for, and does nothing else about it. */
    private static Tampering onlyReporting() {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            AtomicBoolean over = new AtomicBoolean();
            TransportConnection handle = healthy.open(
                    start,
                    writer -> {
                        if (!over.get()) {
                            inputs.drainTo(writer);
                        }
                    },
                    new Ear(listener) {
                        @Override
                        public void onAnswer(SdpAnswer answer) {
                            if (!over.get()) {
                                to.onAnswer(answer);
                            }
                        }

                        @Override
                        public void onJoining(int attempt) {
                            if (!over.get()) {
                                to.onJoining(attempt);
                            }
                        }

                        @Override
                        public void onEvent(ServerEvent event) {
                            if (!over.get()) {
                                to.onEvent(event);
                            }
                        }

                        @Override
                        public void onClosed(Closure closure) {
                            if (over.compareAndSet(false, true)) {
                                to.onClosed(closure);
                            }
                        }
                    });
            return new Handle(handle) {
                @Override
                public void close(Closure closure) {
                    if (over.compareAndSet(false, true)) {
                        listener.onClosed(closure);
                    }
                }
            };
        });
    }

    private static Tampering holdingALock() {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            Object lock = new Object();
            TransportConnection handle = healthy.open(start, inputs, new Ear(listener) {
                @Override
                public void onEvent(ServerEvent event) {
                    synchronized (lock) {
                        to.onEvent(event);
                    }
                }
            });
            return new Handle(handle) {
                @Override
                public void pauseReceiving() {
                    synchronized (lock) {
                        to.pauseReceiving();
                    }
                }
            };
        });
    }

    private static Tampering waitingInPause() {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            CountDownLatch standing = new CountDownLatch(1);
            TransportConnection handle = healthy.open(
                    start,
                    writer -> {
                        standing.countDown();
                        inputs.drainTo(writer);
                    },
                    listener);
            return new Handle(handle) {
                @Override
                public void pauseReceiving() {
                    try {
                        var unused = standing.await(10, TimeUnit.SECONDS);
                    } catch (InterruptedException hurried) {
                        Thread.currentThread().interrupt();
                    }
                    to.pauseReceiving();
                }
            };
        });
    }

    private interface Pausing extends TransportListener, InputChannels {
        void pause(boolean paused);
    }

    private static Tampering pausing(BiFunction<TransportListener, InputChannels, Pausing> kind) {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            Pausing pausing = kind.apply(listener, inputs);
            TransportConnection handle = healthy.open(start, pausing, pausing);
            return new Handle(handle) {
                @Override
                public void pauseReceiving() {
                    pausing.pause(true);
                }

                @Override
                public void resumeReceiving() {
                    pausing.pause(false);
                }
            };
        });
    }

    /** Throws events away while paused. */
    private static final class Discarding extends Ear implements Pausing {
        private final InputChannels inputs;
        private volatile boolean paused;

        Discarding(TransportListener to, InputChannels inputs) {
            super(to);
            this.inputs = inputs;
        }

        @Override
        public void pause(boolean now) {
            paused = now;
        }

        @Override
        public void onEvent(ServerEvent event) {
            if (!paused) {
                to.onEvent(event);
            }
        }

        @Override
        public void drainTo(InputWriter writer) {
            inputs.drainTo(writer);
        }
    }

    /** Neither reads nor writes while paused. */
    private static final class Gagged extends Ear implements Pausing {
        private final InputChannels inputs;
        private final Queue<Runnable> held = new ArrayDeque<>();
        private boolean paused;

        Gagged(TransportListener to, InputChannels inputs) {
            super(to);
            this.inputs = inputs;
        }

        @Override
        public synchronized void pause(boolean now) {
            paused = now;
            while (!paused && !held.isEmpty()) {
                held.remove().run();
            }
        }

        private synchronized void unlessPaused(Runnable action) {
            if (paused) {
                held.add(action);
            } else {
                action.run();
            }
        }

        @Override
        public void onEvent(ServerEvent event) {
            unlessPaused(() -> to.onEvent(event));
        }

        @Override
        public void drainTo(InputWriter writer) {
            inputs.drainTo(new Tampering.Pen(writer) {
                @Override
                public java.util.concurrent.Executor executor() {
                    return Gagged.this::unlessPaused;
                }
            });
        }
    }

    /** Knows what the connection does. */
    private static final class Phases extends Ear implements InputChannels {
        private final InputChannels inputs;
        private volatile Now now = Now.CREATING;

        Phases(TransportListener to, InputChannels inputs) {
            super(to);
            this.inputs = inputs;
        }

        @Override
        public void onJoining(int attempt) {
            now = Now.JOINING;
            to.onJoining(attempt);
        }

        @Override
        public void drainTo(InputWriter writer) {
            now = Now.STANDING;
            inputs.drainTo(writer);
        }
    }

    /** Knows whether one kind of call runs. */
    private static final class Deaf extends Ear implements InputChannels {
        enum Call {
            ANSWER,
            JOINING,
            DRAIN,
            EVENT
        }

        private final InputChannels inputs;
        private final Call deafIn;
        private final AtomicBoolean calling = new AtomicBoolean();

        Deaf(TransportListener to, InputChannels inputs, Call deafIn) {
            super(to);
            this.inputs = inputs;
            this.deafIn = deafIn;
        }

        private void during(Call call, Runnable action) {
            calling.set(call == deafIn);
            action.run();
            calling.set(false);
        }

        @Override
        public void onAnswer(SdpAnswer answer) {
            during(Call.ANSWER, () -> to.onAnswer(answer));
        }

        @Override
        public void onJoining(int attempt) {
            during(Call.JOINING, () -> to.onJoining(attempt));
        }

        @Override
        public void onEvent(ServerEvent event) {
            during(Call.EVENT, () -> to.onEvent(event));
        }

        @Override
        public void drainTo(InputWriter writer) {
            during(Call.DRAIN, () -> inputs.drainTo(writer));
        }
    }
}
