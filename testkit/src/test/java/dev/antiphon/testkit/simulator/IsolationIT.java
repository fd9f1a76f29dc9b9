package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Simulators of one JVM share nothing: what one writes does not depend on the others beside it. */
class IsolationIT {
    private static final int TOGETHER = 8;

    /** A conversation in lock step; gives the texts that crossed the wire. */
    private static List<String> conversation(CyclicBarrier barrier) throws Exception {
        try (RealtimeSimulator simulator = RealtimeSimulator.builder()
                        .seed(7)
                        .unpaced()
                        .frozenClock()
                        .start();
                TestSocket client = TestSocket.model(simulator)) {
            client.next("session.created");
            client.send(Events.configure("\"output_modalities\":[\"text\"]"));
            client.next("session.updated");
            for (int i = 0; i < 5; i++) {
                barrier.await(10, TimeUnit.SECONDS);
                client.send(Events.userText("turn " + i));
                client.send(Events.RESPOND);
                client.next("rate_limits.updated");
            }
            return simulator.journal().entries(entry -> entry.kind() == JournalEntry.Kind.SENT).stream()
                    .map(JournalEntry::text)
                    .toList();
        }
    }

    @Test
    void simulators_beside_each_other_write_what_one_alone_writes() throws Exception {
        List<String> alone = conversation(new CyclicBarrier(1));
        CyclicBarrier barrier = new CyclicBarrier(TOGETHER);
        ExecutorService threads = Executors.newFixedThreadPool(TOGETHER);
        try {
            List<Callable<List<String>>> tasks = new ArrayList<>();
            for (int i = 0; i < TOGETHER; i++) {
                tasks.add(() -> conversation(barrier));
            }

            for (Future<List<String>> together : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
                assertThat(together.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(alone).hasSizeGreaterThan(50);
    }
}
