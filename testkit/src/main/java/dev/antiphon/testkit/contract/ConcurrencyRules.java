package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.contract.CallRecord.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** {@link RuleGroup#CONCURRENCY}: any thread may call at any moment, the adapter calls back one at a time. */
interface ConcurrencyRules extends Rules {
    @Proves(Rule.NO_OVERLAP)
    default void calls_never_overlap() {
        for (int round = 1; round <= 10; round++) {
            Probe probe = bench().probe();
            for (Call call : Call.values()) {
                probe.record().during(call, () -> LockSupport.parkNanos(200_000));
            }
            bench().open(probe);
            PeerSocket socket = probe.socket();
            int first = round * 100;
            Peers.together(List.of(
                    () -> {
                        for (int number = first; number < first + 20; number++) {
                            socket.send(Samples.event(number));
                        }
                    },
                    () -> probe.queue(Samples.texts(first, first + 20)),
                    () -> {
                        for (int times = 0; times < 20; times++) {
                            probe.connection().pauseReceiving();
                            probe.connection().resumeReceiving();
                        }
                    }));
            bench().await("an event", () -> !probe.sentEvents().isEmpty());
            probe.stop();
            probe.awaitClosed();
        }
    }

    @Proves(Rule.CLOSE_STORM)
    default void close_from_many_threads_is_one_end() {
        Probe probe = bench().live();
        List<Runnable> stops = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            stops.add(probe::stop);
        }

        Peers.together(stops);

        Peers.expectRequested(bench(), probe);
    }

    @Proves(Rule.CLOSE_MEETS_CLOSE)
    default void our_close_and_the_servers_close_are_one_end() {
        for (int round = 0; round < 20; round++) {
            Probe probe = bench().live();
            PeerSocket socket = probe.socket();

            Peers.together(List.of(probe::stop, () -> socket.closeWith(1000, "bye")));

            probe.awaitClosed();
        }
    }

    @Proves(Rule.CLOSE_MEETS_SOCKET)
    default void close_while_the_socket_rises_is_one_end() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20; round++) {
            Gate join = bench().peer().holdHandshakes();
            Probe probe = bench().open();
            int before = round;
            bench().await("a handshake", () -> bench().peer().handshakes() > before);
            long head = random.nextLong(500_000);
            long delay = random.nextLong(500_000);

            Peers.together(List.of(
                    () -> {
                        LockSupport.parkNanos(head);
                        join.open();
                    },
                    () -> {
                        LockSupport.parkNanos(delay);
                        probe.stop();
                    }));

            bench().await(
                            "closed, seed " + seed + ", round " + round,
                            () -> probe.record().closure().isPresent());
        }
    }

    @Proves(Rule.CLOSE_IN_ANSWER)
    default void close_works_inside_the_answer() {
        Peers.expectCloseInside(bench(), Call.ANSWER);
    }

    @Proves(Rule.CLOSE_IN_JOINING)
    default void close_works_inside_joining() {
        Peers.expectCloseInside(bench(), Call.JOINING);
    }

    @Proves(Rule.CLOSE_IN_DRAIN)
    default void close_works_inside_drain() {
        Peers.expectCloseInside(bench(), Call.DRAIN);
    }

    @Proves(Rule.CLOSE_IN_EVENT)
    default void close_works_inside_an_event() {
        Probe probe = bench().live();
        probe.record().during(Call.EVENT, probe::stop);

        for (int number = 1; number <= 5; number++) {
            probe.socket().send(Samples.event(number));
        }

        Peers.expectRequested(bench(), probe);
        bench().check(probe.sentEvents().size() <= 5, "events were repeated");
    }

    @Proves(Rule.CLOSE_IN_CLOSED)
    default void close_inside_closed_changes_nothing() {
        Probe probe = bench().live();
        probe.record().during(Call.CLOSED, probe::stop);

        probe.socket().closeWith(1000, "bye");

        probe.awaitClosed();
        Probe marker = bench().live();
        marker.socket().send(Samples.event(1));
        bench().await(
                        "an event of a later conversation",
                        () -> !marker.sentEvents().isEmpty());
    }

    @Proves(Rule.CLOSE_DURING_CALL)
    default void close_returns_while_the_listener_is_busy() {
        Probe probe = bench().live();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        probe.record().during(Call.EVENT, () -> {
            busy.countDown();
            bench().awaitQuietly(done);
        });
        Thread sender = new Thread(() -> probe.socket().send(Samples.event(1)), "contract-caller");
        sender.setDaemon(true);
        sender.start();
        bench().await("an event", () -> busy.getCount() == 0);
        try {
            bench().returnsAtOnce(
                            Rule.CLOSE_DURING_CALL,
                            "pauseReceiving",
                            () -> probe.connection().pauseReceiving());
            bench().returnsAtOnce(
                            Rule.CLOSE_DURING_CALL,
                            "resumeReceiving",
                            () -> probe.connection().resumeReceiving());
            bench().returnsAtOnce(
                            Rule.CLOSE_DURING_CALL,
                            "close",
                            () -> probe.connection().close(Closure.requested()));
        } finally {
            done.countDown();
        }

        Peers.expectRequested(bench(), probe);
    }

    @Proves(Rule.PAUSE_STORM)
    default void pause_and_resume_from_many_threads_lose_nothing() {
        Probe probe = bench().live();
        PeerSocket socket = probe.socket();
        List<Runnable> tasks = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            tasks.add(() -> {
                for (int times = 0; times < 50; times++) {
                    probe.connection().pauseReceiving();
                    probe.connection().resumeReceiving();
                }
            });
        }
        tasks.add(() -> {
            for (int number = 1; number <= 500; number++) {
                socket.send(Samples.event(number));
            }
        });

        Peers.together(tasks);
        probe.connection().resumeReceiving();

        bench().await("500 events", () -> probe.sentEvents().size() >= 500);
        bench().checkEqual(probe.sentEvents(), Samples.events(500), "the events that were reported");
    }
}
