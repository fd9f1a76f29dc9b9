package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.testkit.contract.ScriptedInputs.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@link RuleGroup#WRITING}: what a writer promises about each event. */
interface WritingRules extends Rules {
    @Proves(Rule.WRITE_COMPLETES)
    default void a_write_completes_once_the_socket_has_taken_it() {
        Probe probe = bench().live();

        CompletableFuture<Void> written = probe.write(Samples.text(1));

        bench().await("the write completes", written::isDone);
        bench().check(!written.isCompletedExceptionally(), "the write failed: " + written);
        bench().await("the input arrives", () -> Peers.inputIds(probe.socket()).equals(Samples.inputs(1)));
    }

    @Proves(Rule.WRITE_NEVER_BLOCKS)
    default void write_never_blocks() {
        Probe probe = bench().live();
        probe.socket().stopReading();
        String large = "x".repeat(1 << 18);

        bench().returnsAtOnce(Rule.WRITE_NEVER_BLOCKS, "write to a peer that does not read", () -> {
            for (int number = 1; number <= 64; number++) {
                probe.queue(Samples.text(number, large));
            }
        });
    }

    @Proves(Rule.WRITE_HAS_OUTCOME)
    default void every_write_has_an_outcome_after_the_end() {
        Probe probe = bench().live();
        probe.socket().stopReading();
        String large = "x".repeat(1 << 18);
        for (int number = 1; number <= 64; number++) {
            probe.queue(Samples.text(number, large));
        }

        probe.stop();

        probe.awaitClosed();
        bench().await("an outcome for every write", () -> probe.inputs().unfinished() == 0);
    }

    @Proves(Rule.WRITE_AFTER_END)
    default void a_write_after_the_end_fails_as_not_written() {
        Probe probe = bench().live();
        probe.stop();
        probe.awaitClosed();

        CompletableFuture<Void> written = probe.write(Samples.text(1));

        bench().await("the write fails", written::isDone);
        bench().check(written.isCompletedExceptionally(), "the write completed although the connection has ended");
        Throwable failure = Peers.failureOf(written);
        bench().check(ScriptedInputs.isNotWritten(failure), "the write failed with " + failure);
    }

    @Proves(Rule.NOT_WRITTEN_IS_TRUE)
    default void what_failed_as_not_written_did_not_arrive() {
        for (int round = 0; round < 10; round++) {
            Probe probe = bench().open();
            PeerSocket socket = probe.socket();
            int cutAt = 20 * round;
            for (int number = 1; number <= 300; number++) {
                if (number == cutAt) {
                    socket.cut();
                }
                probe.queue(Samples.text(number));
            }
            socket.cut();
            probe.stop();
            probe.awaitClosed();
            bench().await("an outcome for every write", () -> probe.inputs().unfinished() == 0);

            Set<String> arrived = new HashSet<>(Peers.inputIds(socket));
            List<String> untrue = probe.inputs().with(Outcome.NOT_WRITTEN).stream()
                    .filter(arrived::contains)
                    .toList();

            bench().check(untrue.isEmpty(), "failed as not written and arrived all the same: " + untrue);
        }
    }

    @Proves(Rule.BURST_ARRIVES)
    default void a_burst_arrives_after_its_flush() {
        Probe probe = bench().live();

        probe.queue(Samples.texts(1, 200));

        bench().await(
                        "the burst is written",
                        () -> probe.inputs().with(Outcome.WRITTEN).size() == 200);
        bench().await("the burst arrives", () -> Peers.inputIds(probe.socket()).size() >= 200);
        bench().checkEqual(Peers.inputIds(probe.socket()), Samples.inputs(200), "the burst that arrived");
    }

    @Proves(Rule.WRITE_FROM_ANY_THREAD)
    default void writes_come_from_any_thread() {
        Probe probe = bench().live();
        List<Runnable> writers = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            int first = writer * 25 + 1;
            writers.add(() -> {
                for (int number = first; number < first + 25; number++) {
                    probe.queue(Samples.text(number));
                }
            });
        }

        Peers.together(writers);

        bench().await("all inputs", () -> Peers.inputIds(probe.socket()).size() >= 200);
        bench().checkEqual(
                        Peers.inputIds(probe.socket()),
                        List.copyOf(probe.inputs().outcomes().keySet()),
                        "the input");
    }

    @Proves(Rule.WRITTEN_ARRIVES)
    default void what_completed_as_written_arrives_before_an_orderly_close() {
        Probe probe = bench().live();
        PeerSocket socket = probe.socket();
        probe.queue(Samples.texts(1, 100));
        bench().await(
                        "the input is written",
                        () -> probe.inputs().with(Outcome.WRITTEN).size() == 100);

        probe.stop();

        probe.awaitClosed();
        bench().await("the written input arrives", () -> Peers.inputIds(socket).size() >= 100);
        bench().await("the close frame arrives", () -> socket.closeFrame().isPresent());
    }

    @Proves(Rule.NO_FORM_LIVES)
    default void an_event_that_cannot_be_written_is_given_up_alone() {
        Probe probe = bench().live();

        probe.queue(new ClientEvent.Raw("input_broken", new RawJson("{\"type\":")), Samples.text(1));

        bench().await(
                        "the input behind it",
                        () -> !Peers.inputIds(probe.socket()).isEmpty());
        bench().checkEqual(Peers.inputIds(probe.socket()), Samples.inputs(1), "the input that arrived");
        bench().await(
                        "the refusal of the broken input",
                        () -> !probe.inputs().with(Outcome.REFUSED).isEmpty());
        bench().checkEqual(probe.inputs().with(Outcome.REFUSED), List.of("input_broken"), "the input that was refused");
    }
}
