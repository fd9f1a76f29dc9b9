package dev.antiphon.testkit.history;

import dev.antiphon.core.Phase;
import dev.antiphon.testkit.history.Chronicle.Seen;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is promised of server events: L7, E1, P1. */
final class EventRules {
    private EventRules() {}

    static void check(Chronicle conversation, Map<String, Chronicle> all, Findings findings) {
        Set<String> heard = new HashSet<>();
        Map<String, Integer> newestHeard = new HashMap<>();
        int newest = -1;
        for (Seen<HistoryEntry.EventHeard> event : conversation.heard) {
            String name = event.entry().event();
            Seen<HistoryEntry.EventSent> sent = conversation.sent.get(name);
            if (sent == null) {
                stranger(name, all, findings);
                continue;
            }
            if (!heard.add(name)) {
                findings.add(Guarantee.E1, name + " was heard twice");
            } else if (sent.place() < newest) {
                findings.add(Guarantee.E1, name + " was heard behind a later event");
            }
            newest = Math.max(newest, sent.place());
            newestHeard.merge(sent.entry().socket(), sent.place(), Math::max);
        }
        gaps(conversation, heard, newestHeard, findings);
        phases(conversation, findings);
    }

    /** Each socket that events were heard of was heard to be live before the first of them, unless the end had begun. */
    private static void phases(Chronicle conversation, Findings findings) {
        Set<String> sockets = new HashSet<>();
        int closing = conversation.phases.stream()
                .filter(heard -> heard.entry().phase() == Phase.CLOSING)
                .mapToInt(Seen::place)
                .findFirst()
                .orElse(Integer.MAX_VALUE);
        for (Seen<HistoryEntry.EventHeard> event : conversation.heard) {
            Seen<HistoryEntry.EventSent> sent =
                    conversation.sent.get(event.entry().event());
            if (sent != null
                    && event.place() < closing
                    && sockets.add(sent.entry().socket())) {
                long live = conversation.phases.stream()
                        .filter(heard -> heard.place() < event.place())
                        .filter(heard -> heard.entry().phase() == Phase.LIVE)
                        .count();
                if (live < sockets.size()) {
                    findings.add(
                            Guarantee.P1,
                            event.entry().event() + " was heard of socket number " + sockets.size() + ", and LIVE "
                                    + live + " times");
                }
            }
        }
    }

    private static void stranger(String name, Map<String, Chronicle> all, Findings findings) {
        boolean others = all.values().stream().anyMatch(other -> other.sent.containsKey(name));
        findings.add(
                Guarantee.L7,
                others ? name + " was sent to another conversation" : name + " was heard and nobody sent it");
    }

    private static void gaps(
            Chronicle conversation, Set<String> heard, Map<String, Integer> newestHeard, Findings findings) {
        List<Seen<HistoryEntry.EventSent>> missing = conversation.sent.values().stream()
                .filter(sent -> !heard.contains(sent.entry().event()))
                .filter(sent ->
                        sent.place() < newestHeard.getOrDefault(sent.entry().socket(), -1))
                .sorted(Comparator.comparingInt(Seen::place))
                .toList();
        for (Seen<HistoryEntry.EventSent> event : missing) {
            findings.add(
                    Guarantee.E1,
                    event.entry().event() + " was not heard, but a later one of "
                            + event.entry().socket() + " was");
        }
    }
}
