package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.testkit.CloseFrame;
import dev.antiphon.testkit.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;

/** Small questions that several chapters ask. */
final class Peers {
    private Peers() {}

    /** Ids of the inputs of {@link Samples} that arrived on a socket, in order. */
    static List<String> inputIds(PeerSocket socket) {
        return socket.received().stream()
                .map(Arrived::eventId)
                .filter(id -> id.startsWith("input_"))
                .toList();
    }

    /** Ids of the inputs that arrived on any socket of a peer. */
    static List<String> inputIds(ContractPeer peer) {
        List<String> ids = new ArrayList<>();
        peer.sockets().forEach(socket -> ids.addAll(inputIds(socket)));
        return ids;
    }

    /** Content of one input that arrived. */
    static String contentOf(PeerSocket socket, String inputId) {
        return socket.received().stream()
                .filter(arrived -> arrived.eventId().equals(inputId))
                .map(Arrived::content)
                .findFirst()
                .orElse("");
    }

    /** What a stage failed with. */
    static Throwable failureOf(CompletableFuture<?> failed) {
        return failed.handle((done, failure) -> failure == null ? new AssertionError("did not fail") : failure)
                .join();
    }

    /** Expects the end that the application asked for. */
    static void expectRequested(ContractBench bench, Probe probe) {
        bench.checkEqual(probe.awaitClosed(), Closure.requested(), "the closure that was reported");
    }

    /** Expects an end that our side had to report, with its cause. */
    static void expectFault(ContractBench bench, Probe probe) {
        Closure closure = probe.awaitClosed();
        bench.checkEqual(closure.initiator(), Closure.Initiator.TRANSPORT, "the initiator");
        bench.check(closure.cause().isPresent(), "closed without a cause");
        bench.check(!closure.text().isBlank(), "closed without a text");
    }

    /** Stops a conversation from inside a call. */
    static void expectCloseInside(ContractBench bench, CallRecord.Call call) {
        Gate gate = bench.hold();
        Probe probe = bench.probe();
        probe.queue(Samples.texts(1, 3));
        probe.record().during(call, () -> {
            if (probe.isOpened()) {
                probe.stop();
            }
        });
        bench.open(probe);

        gate.open();

        expectRequested(bench, probe);
    }

    /** Stops a live conversation and expects this frame at the peer. */
    static void expectCloseFrame(ContractBench bench, int code, String text, CloseFrame expected) {
        Probe probe = bench.live();
        PeerSocket socket = probe.socket();

        probe.stop(
                new Closure(Closure.Initiator.APPLICATION, code, text, Optional.empty(), true, Closure.Discarded.NONE));

        probe.awaitClosed();
        bench.await("a close frame", () -> socket.closeFrame().isPresent());
        bench.checkEqual(socket.closeFrame().orElseThrow(), expected, "the close frame that arrived");
    }

    static List<String> everySecond(List<String> all, int from) {
        List<String> half = new ArrayList<>();
        for (int index = from; index < all.size(); index += 2) {
            half.add(all.get(index));
        }
        return half;
    }

    /** A text with its line ends visible. */
    static String quoted(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n");
    }

    /** Runs tasks on threads of their own at the same moment and waits for all; the first failure is thrown. */
    static void together(List<? extends Runnable> tasks) {
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (Runnable task : tasks) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            start.await();
                            task.run();
                        } catch (Exception | Error thrown) {
                            failure.compareAndSet(null, thrown);
                        }
                    },
                    "contract-caller");
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
        Throwable first = failure.get();
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw new IllegalStateException(first);
        }
    }
}
