package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import dev.antiphon.testkit.InMemoryServer;
import dev.antiphon.testkit.contract.Tampering.Ear;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Mistakes in opening, in what is told about faults, and in what is left over. */
final class MistakesInLife {
    private MistakesInLife() {}

    static Stream<Mistake> all() {
        return Stream.of(
                Mistake.direct(Rule.OPEN_RETURNS_AT_ONCE, "connects inside open", connectingInOpen()),
                Mistake.direct(Rule.OPEN_THROWS_NOTHING, "throws when nobody listens", throwingWhenRefused()),
                Mistake.direct(
                        Rule.UNSERVED_IS_CLOSED,
                        "says nothing to a start that it does not serve",
                        Tampering.opening((healthy, start, inputs, listener) -> start.offer()
                                .map(offer -> Tampering.nothing())
                                .orElseGet(() -> healthy.open(start, inputs, listener)))),
                Mistake.direct(Rule.TRAITS_STAY, "changes its name", healthy -> new RealtimeTransport() {
                    private final AtomicInteger opened = new AtomicInteger();

                    @Override
                    public TransportConnection open(
                            StartRequest start, InputChannels inputs, TransportListener listener) {
                        opened.incrementAndGet();
                        return healthy.open(start, inputs, listener);
                    }

                    @Override
                    public TransportTraits traits() {
                        return new TransportTraits("adapter-" + opened.get(), List.of());
                    }
                }),
                Mistake.direct(Rule.START_STANDS, "opens two sockets for one start", openingTwoSockets()),
                Mistake.direct(Rule.MANY_AT_ONCE, "carries ten conversations at most", limitedTo(10)),
                Mistake.direct(Rule.NEXT_OPENS, "serves one conversation in its life", limitedTo(1)),
                Mistake.direct(Rule.OPEN_FROM_ANY_THREAD, "cannot open two at the same time", oneAtATime()),
                Mistake.direct(
                        Rule.NOBODY_LISTENS,
                        "tells no cause of a failed connection",
                        ending(closure -> new Closure(
                                closure.initiator(), 1006, "failed", Optional.empty(), true, Closure.Discarded.NONE))),
                Mistake.direct(
                        Rule.UPGRADE_REFUSED,
                        "tries again although the key was refused",
                        repeatingAfter(Fault.UPGRADE_REFUSED, 1)),
                Mistake.direct(
                        Rule.UPGRADE_CUT,
                        "calls a cut connection an orderly end",
                        ending(closure -> Closure.requested())),
                Mistake.offered(Rule.JOIN_RETRIED, "declares retries and gives up at once", givingUp()),
                Mistake.offered(
                        Rule.CALL_REFUSED, "asks again for a refused call", repeatingAfter(Fault.CALL_REJECTED, 1)),
                Mistake.offered(
                        Rule.CALL_CUT,
                        "repeats a call creation that may have worked",
                        repeatingAfter(Fault.CALL_OUTCOME_UNKNOWN, 1)),
                Mistake.offered(Rule.BAD_ANSWER, "makes up an answer", Tampering.hearing(to -> new Ear(to) {
                    @Override
                    public void onClosed(Closure closure) {
                        to.onAnswer(new SdpAnswer(InMemoryServer.ANSWER));
                        to.onClosed(closure);
                    }
                })),
                Mistake.direct(
                        Rule.SERVER_CLOSE,
                        "takes the server's close for a lost connection",
                        ending(closure -> closure.initiator() == Closure.Initiator.SERVER
                                ? Closure.failed(new TransportException(Fault.CONNECTION_LOST, "gone"))
                                : closure)),
                Mistake.direct(
                        Rule.CLOSE_ADVISES,
                        "calls every end recoverable",
                        ending(closure -> new Closure(
                                closure.initiator(),
                                closure.code(),
                                closure.text(),
                                closure.cause(),
                                true,
                                closure.discarded()))),
                Mistake.direct(
                        Rule.SOCKET_LOST,
                        "reports a lost socket as a normal end",
                        ending(closure -> Closure.byServer(Closure.NORMAL, "bye", false))),
                Mistake.offered(
                        Rule.REJOIN_GOES_ON, "re-joins and forgets to deliver", Tampering.hearing(OneSocket::new)),
                Mistake.offered(Rule.NO_SECRETS, "quotes the offer when it fails", quotingTheOffer()),
                Mistake.direct(Rule.NO_THREAD_LEFT, "leaves a thread behind", threadPerConversation(true)),
                Mistake.direct(Rule.FEW_THREADS, "takes a thread for each conversation", threadPerConversation(false)));
    }

    private static Tampering connectingInOpen() {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            CountDownLatch standing = new CountDownLatch(1);
            TransportConnection handle = healthy.open(
                    start,
                    writer -> {
                        inputs.drainTo(writer);
                        standing.countDown();
                    },
                    listener);
            try {
                var unused = standing.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
            return handle;
        });
    }

    private static Tampering throwingWhenRefused() {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            AtomicBoolean refused = new AtomicBoolean();
            TransportConnection handle = healthy.open(start, inputs, new Ear(listener) {
                @Override
                public void onClosed(Closure closure) {
                    refused.set(true);
                    to.onClosed(closure);
                }
            });
            if (refused.get()) {
                throw new IllegalStateException("connection refused");
            }
            return handle;
        });
    }

    private static Tampering openingTwoSockets() {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            var unused = healthy.open(start, writer -> {}, new Ear(listener) {
                @Override
                public void onJoining(int attempt) {
                    // The second socket is a secret.
                }

                @Override
                public void onEvent(ServerEvent event) {
                    // The second socket is a secret.
                }

                @Override
                public void onClosed(Closure closure) {
                    // The second socket is a secret.
                }
            });
            return healthy.open(start, inputs, listener);
        });
    }

    private static Tampering limitedTo(int conversations) {
        return Tampering.sharing(() -> {
            AtomicInteger opened = new AtomicInteger();
            return (healthy, start, inputs, listener) -> {
                if (opened.incrementAndGet() <= conversations) {
                    return healthy.open(start, inputs, listener);
                }
                listener.onClosed(
                        Closure.failed(new TransportException(Fault.CONNECT_FAILED, "too many conversations")));
                return Tampering.nothing();
            };
        });
    }

    private static Tampering oneAtATime() {
        return Tampering.sharing(() -> {
            AtomicBoolean busy = new AtomicBoolean();
            return (healthy, start, inputs, listener) -> {
                if (!busy.compareAndSet(false, true)) {
                    return Tampering.nothing();
                }
                LockSupport.parkNanos(5_000_000);
                busy.set(false);
                return healthy.open(start, inputs, listener);
            };
        });
    }

    private static Tampering ending(UnaryOperator<Closure> change) {
        return Tampering.hearing(to -> new Ear(to) {
            @Override
            public void onClosed(Closure closure) {
                to.onClosed(change.apply(closure));
            }
        });
    }

    private static Tampering repeatingAfter(Fault fault, int times) {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            AtomicInteger left = new AtomicInteger(times);
            return healthy.open(start, inputs, new Ear(listener) {
                @Override
                public void onClosed(Closure closure) {
                    boolean again =
                            closure.cause().map(TransportException::fault).equals(Optional.of(fault))
                                    && left.getAndDecrement() > 0;
                    if (again) {
                        var unused = healthy.open(start, inputs, this);
                    } else {
                        to.onClosed(closure);
                    }
                }
            });
        });
    }

    private static Tampering givingUp() {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            AtomicBoolean over = new AtomicBoolean();
            return healthy.open(
                    start,
                    writer -> {
                        if (!over.get()) {
                            inputs.drainTo(writer);
                        }
                    },
                    new Ear(listener) {
                        @Override
                        public void onJoining(int attempt) {
                            if (attempt == 1) {
                                to.onJoining(attempt);
                            } else {
                                onClosed(Closure.failed(
                                        new TransportException(Fault.SIDEBAND_NOT_JOINED, "one attempt")));
                            }
                        }

                        @Override
                        public void onClosed(Closure closure) {
                            if (over.compareAndSet(false, true)) {
                                to.onClosed(closure);
                            }
                        }
                    });
        });
    }

    private static Tampering quotingTheOffer() {
        return Tampering.opening((healthy, start, inputs, listener) -> healthy.open(start, inputs, new Ear(listener) {
            @Override
            public void onClosed(Closure closure) {
                String offer = start.offer().map(sdp -> sdp.text()).orElse("");
                to.onClosed(Closure.failed(new TransportException(Fault.CALL_REJECTED, "not accepted: " + offer)));
            }
        }));
    }

    private static Tampering threadPerConversation(boolean forEver) {
        return Tampering.opening((healthy, start, inputs, listener) -> {
            AtomicReference<Thread> worker = new AtomicReference<>();
            Thread thread = new Thread(() -> LockSupport.parkNanos(20_000_000_000L), "broken-adapter");
            thread.setDaemon(true);
            worker.set(thread);
            thread.start();
            return healthy.open(start, inputs, new Ear(listener) {
                @Override
                public void onClosed(Closure closure) {
                    if (!forEver) {
                        LockSupport.unpark(worker.get());
                    }
                    to.onClosed(closure);
                }
            });
        });
    }

    /** Delivers events of the first socket only. */
    private static final class OneSocket extends Ear {
        private int joins;

        OneSocket(TransportListener to) {
            super(to);
        }

        @Override
        public void onJoining(int attempt) {
            joins++;
            to.onJoining(attempt);
        }

        @Override
        public void onEvent(ServerEvent event) {
            if (joins == 1) {
                to.onEvent(event);
            }
        }
    }
}
