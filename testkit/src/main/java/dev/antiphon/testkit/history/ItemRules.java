package dev.antiphon.testkit.history;

import dev.antiphon.testkit.history.Chronicle.ItemStory;
import dev.antiphon.testkit.history.Chronicle.Seen;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What is promised of each single item: N1, N3, N4. */
final class ItemRules {
    private static final long OUTCOME_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long DOOR_NANOS = Duration.ofMillis(50).toNanos();

    private ItemRules() {}

    static void check(Chronicle conversation, Findings findings) {
        for (ItemStory item : conversation.items.values()) {
            if (item.accepted) {
                outcome(item, conversation, findings);
                truth(item, conversation, findings);
            } else {
                door(item, findings);
            }
        }
        door(conversation, findings);
    }

    private static void outcome(ItemStory item, Chronicle conversation, Findings findings) {
        if (item.settled.size() != 1) {
            findings.add(Guarantee.N1, item.name + " has " + item.settled.size() + " outcomes");
            return;
        }
        if (!conversation.ends.isEmpty()
                && item.settled.get(0).nanos() - conversation.ends.get(0).nanos() > OUTCOME_NANOS) {
            findings.add(Guarantee.N1, "the outcome of " + item.name + " came more than 5 s after the end");
        }
    }

    private static void truth(ItemStory item, Chronicle conversation, Findings findings) {
        for (Seen<HistoryEntry.Settled> settled : item.settled) {
            String fate = settled.entry().fate();
            switch (fate) {
                case "ACKNOWLEDGED" -> {
                    if (item.received == 0 || item.confirmed.isEmpty()) {
                        findings.add(Guarantee.N3, item.name + " is ACKNOWLEDGED, but the server confirmed nothing");
                    }
                }
                case "REJECTED" -> {
                    if (item.rejected.stream()
                            .noneMatch(
                                    sent -> sent.code().equals(settled.entry().reason()))) {
                        findings.add(
                                Guarantee.N3,
                                item.name + " is REJECTED(" + settled.entry().reason()
                                        + "), but the server sent no such rejection");
                    }
                }
                case "NOT_SENT" -> {
                    if (item.received > 0) {
                        findings.add(Guarantee.N3, item.name + " is NOT_SENT, but the server has it");
                    }
                }
                case "UNKNOWN" -> unknown(item, settled, conversation, findings);
                default -> findings.add(Guarantee.N1, item.name + " has the outcome " + fate + ", which is none");
            }
        }
    }

    private static void unknown(
            ItemStory item, Seen<HistoryEntry.Settled> settled, Chronicle conversation, Findings findings) {
        if (!item.taken && item.received == 0) {
            findings.add(Guarantee.N3, item.name + " is UNKNOWN, but it never left: it is NOT_SENT");
        }
        for (Seen<HistoryEntry.Confirmed> confirmed : item.confirmed) {
            boolean heard = conversation.heard.stream()
                    .anyMatch(event ->
                            event.entry().event().equals(confirmed.entry().event()) && event.place() < settled.place());
            if (heard) {
                findings.add(Guarantee.N3, item.name + " is UNKNOWN, but its confirmation was heard before");
            }
        }
    }

    private static void door(ItemStory item, Findings findings) {
        HistoryEntry.Refused refused = item.refused;
        if (refused == null) {
            findings.add(Guarantee.N4, item.name + " was neither accepted nor refused");
            return;
        }
        boolean asked = refused.reason().equals("WAIT_EXPIRED");
        if (!asked && item.returnedNanos - item.offeredNanos > DOOR_NANOS) {
            findings.add(Guarantee.N4, item.name + " was refused only after 50 ms");
        }
        boolean full = refused.reason().equals("LANE_FULL");
        if (refused.reason().isEmpty()
                || refused.detail().isEmpty()
                || (full && !refused.detail().contains(item.name))) {
            findings.add(Guarantee.N4, "the refusal of " + item.name + " does not say what was refused and why");
        }
        if (item.taken || item.received > 0) {
            findings.add(Guarantee.N4, item.name + " was refused and sent all the same");
        }
        if (!item.settled.isEmpty() && !item.settled.get(0).entry().fate().equals("NOT_SENT")) {
            findings.add(Guarantee.N3, item.name + " was refused, so its outcome can only be NOT_SENT");
        }
    }

    /** What must have been refused: items after the end, second answers to a tool call. */
    private static void door(Chronicle conversation, Findings findings) {
        int end = conversation.ends.isEmpty()
                ? Integer.MAX_VALUE
                : conversation.ends.get(0).place();
        Map<String, ItemStory> answers = new HashMap<>();
        for (ItemStory item : conversation.items.values()) {
            if (item.accepted && item.offeredPlace > end) {
                findings.add(Guarantee.N4, item.name + " was accepted after the end");
            }
            if (item.accepted && !item.toolCall.isEmpty()) {
                ItemStory before = answers.put(item.toolCall, item);
                if (before != null && before.returnedPlace < item.offeredPlace && mayHaveArrived(before)) {
                    findings.add(
                            Guarantee.N4,
                            item.name + " was accepted although " + before.name + " had answered " + item.toolCall);
                }
            }
        }
    }

    private static boolean mayHaveArrived(ItemStory item) {
        return item.settled.stream()
                .map(settled -> settled.entry().fate())
                .allMatch(fate -> fate.equals("ACKNOWLEDGED") || fate.equals("UNKNOWN"));
    }
}
