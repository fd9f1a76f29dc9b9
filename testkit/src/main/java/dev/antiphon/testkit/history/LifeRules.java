package dev.antiphon.testkit.history;

import dev.antiphon.testkit.history.Chronicle.Seen;
import dev.antiphon.testkit.history.Chronicle.SocketStory;
import java.time.Duration;

/** What is promised of the life of a conversation: L1, L2, L3, L5, C1, C2, R1, S1. */
final class LifeRules {
    /** Two seconds, and the time that tasks and threads may take until somebody hears of it. */
    private static final long STOP_NANOS = Duration.ofMillis(2_500).toNanos();

    private static final long AT_ONCE_NANOS = Duration.ofMillis(500).toNanos();
    private static final long START_NANOS = Duration.ofMillis(20).toNanos();

    private LifeRules() {}

    static void check(Chronicle conversation, Findings findings) {
        end(conversation, findings);
        stop(conversation, findings);
        leftOver(conversation, findings);
        sockets(conversation, findings);
        cause(conversation, findings);
        start(conversation, findings);
    }

    private static void cause(Chronicle conversation, Findings findings) {
        int forGood = conversation.causes.stream()
                .filter(given -> given.entry().cause().equals(HistoryEntry.CauseGiven.FOR_GOOD))
                .mapToInt(Seen::place)
                .findFirst()
                .orElse(Integer.MAX_VALUE);
        conversation.sockets.forEach((name, socket) -> {
            if (socket.opened > forGood) {
                findings.add(Guarantee.R1, "socket " + name + " was opened after a refusal for good");
            }
        });
        if (conversation.ends.isEmpty()) {
            return;
        }
        Seen<HistoryEntry.Ended> end = conversation.ends.get(0);
        boolean asked = conversation.stop != null && conversation.stop.place() < end.place();
        boolean given =
                !conversation.causes.isEmpty() && conversation.causes.get(0).place() < end.place();
        String initiator = end.entry().initiator();
        boolean byApplication = initiator.equals("APPLICATION") || initiator.equals("REPLACED");
        if (byApplication ? !asked : !given) {
            findings.add(
                    Guarantee.C1,
                    "the end is ascribed to " + initiator
                            + (byApplication ? ", which asked for none" : ", and nothing had happened"));
        }
    }

    private static void start(Chronicle conversation, Findings findings) {
        Seen<HistoryEntry.Started> started = conversation.started;
        Seen<HistoryEntry.NetworkAsked> asked = conversation.networkAsked;
        if (started != null && asked != null && asked.nanos() - started.nanos() > START_NANOS) {
            findings.add(Guarantee.S1, "the network was asked more than 20 ms after the start");
        }
    }

    private static void end(Chronicle conversation, Findings findings) {
        if (conversation.started == null) {
            return;
        }
        if (conversation.ends.size() != 1 || conversation.endsHeard.size() != 1) {
            findings.add(
                    Guarantee.L1,
                    conversation.ends.size() + " ends, and " + conversation.endsHeard.size() + " of them heard");
            return;
        }
        int end = conversation.endsHeard.get(0).place();
        conversation.heard.stream()
                .filter(event -> event.place() > end)
                .forEach(event ->
                        findings.add(Guarantee.L1, "event " + event.entry().event() + " was heard after the end"));
        conversation.answers.stream()
                .filter(answer -> answer.place() > end)
                .forEach(answer -> findings.add(Guarantee.L1, "the answer was heard after the end"));
    }

    private static void stop(Chronicle conversation, Findings findings) {
        Seen<HistoryEntry.StopAsked> stop = conversation.stop;
        if (stop == null) {
            return;
        }
        if (conversation.ends.isEmpty()) {
            findings.add(Guarantee.L2, "it was asked to end and never did");
            return;
        }
        boolean stands = conversation.sockets.values().stream()
                .anyMatch(socket -> socket.opened >= 0
                        && socket.opened < conversation.ends.get(0).place()
                        && socket.ended > stop.place());
        long took = conversation.ends.get(0).nanos() - stop.nanos();
        if (took > (stands ? STOP_NANOS : AT_ONCE_NANOS)) {
            findings.add(Guarantee.L2, "the end came " + took / 1_000_000 + " ms after it was asked for");
        }
    }

    private static void leftOver(Chronicle conversation, Findings findings) {
        conversation.leftOver.stream()
                .filter(left -> left.count() > 0)
                .forEach(left -> findings.add(Guarantee.L3, left.count() + " " + left.what() + " left"));
        conversation.sockets.forEach((name, socket) -> {
            if (socket.opened >= 0 && socket.ended == Integer.MAX_VALUE) {
                findings.add(Guarantee.L3, "socket " + name + " was never ended");
            }
        });
    }

    private static void sockets(Chronicle conversation, Findings findings) {
        int standsUntil = -1;
        for (SocketStory socket : conversation.sockets.values()) {
            if (socket.opened < 0) {
                continue;
            }
            if (socket.opened < standsUntil) {
                findings.add(Guarantee.L5, "a socket was opened while another one stood");
            }
            standsUntil = Math.max(standsUntil, socket.ended);
        }
        conversation.sockets.forEach((name, socket) -> {
            if (!socket.orderly) {
                findings.add(Guarantee.C2, "socket " + name + " was dropped");
            }
        });
    }
}
