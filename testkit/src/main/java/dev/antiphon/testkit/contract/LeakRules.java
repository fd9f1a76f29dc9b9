package dev.antiphon.testkit.contract;

import dev.antiphon.testkit.Gate;
import dev.antiphon.testkit.ThreadCensus;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** {@link RuleGroup#LEAKS}: what a conversation used is free when it has ended. */
interface LeakRules extends Rules {
    @Proves(Rule.NO_SOCKET_LEFT)
    default void an_ended_conversation_leaves_no_socket() {
        for (int round = 0; round < 10; round++) {
            Probe live = bench().live();
            live.stop();
            live.awaitClosed();
            Probe closed = bench().live();
            closed.socket().closeWith(1000, "bye");
            closed.awaitClosed();
            int before = bench().peer().handshakes();
            Gate join = bench().peer().holdHandshakes();
            Probe joining = bench().open();
            // A socket that comes later would be taken for that of the next conversation.
            bench().await("a handshake", () -> bench().peer().handshakes() > before);
            joining.stop();
            joining.awaitClosed();
            join.open();
            bench().await("no open connection", () -> bench().peer().openConnections() == 0);
        }
    }

    @Proves(Rule.NO_THREAD_LEFT)
    default void a_closed_transport_leaves_no_thread() {
        List<Probe> probes = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            probes.add(bench().live());
        }

        for (Probe probe : probes) {
            probe.stop();
            probe.awaitClosed();
        }
    }

    @Proves(Rule.FEW_THREADS)
    default void conversations_share_threads() {
        bench().live();
        ThreadCensus one = ThreadCensus.now();

        for (int number = 0; number < 40; number++) {
            bench().live();
        }

        int more = one.newcomers().size();
        bench().check(more < 20, "40 more conversations brought " + more + " more threads");
    }

    @Proves(Rule.NOT_RETAINED)
    default void an_ended_conversation_is_not_kept_in_memory() {
        WeakReference<CallRecord> listener = endedConversation();
        Probe next = bench().live();
        next.socket().send(Samples.event(1));
        bench().await(
                        "an event of a later conversation",
                        () -> !next.sentEvents().isEmpty());

        bench().await("the listener of an ended conversation is free", () -> {
            System.gc();
            return listener.get() == null;
        });
    }

    private WeakReference<CallRecord> endedConversation() {
        Probe probe = bench().live();
        probe.stop();
        probe.awaitClosed();
        bench().forget(probe);
        return new WeakReference<>(probe.record());
    }
}
