package dev.antiphon.testkit.history;

import dev.antiphon.core.ConversationSummary.Audio;
import dev.antiphon.core.ConversationSummary.Items;
import dev.antiphon.testkit.history.Chronicle.ItemStory;
import dev.antiphon.testkit.history.HistoryEntry.Channel;
import java.util.List;

/** What is promised of the numbers: N5. */
final class BalanceRules {
    private BalanceRules() {}

    static void check(Chronicle conversation, Findings findings) {
        HistoryEntry.Summed summary = conversation.summary;
        if (summary == null) {
            if (conversation.started != null) {
                findings.add(Guarantee.N5, "there is no summary");
            }
            return;
        }
        items(Channel.TEXT, summary.texts(), conversation, findings);
        items(Channel.HANDOFF, summary.handoffs(), conversation, findings);
        audio(summary.audio(), conversation, findings);
    }

    private static void items(Channel channel, Items says, Chronicle conversation, Findings findings) {
        List<ItemStory> all = conversation.items.values().stream()
                .filter(item -> item.channel == channel)
                .toList();
        long accepted = all.stream().filter(item -> item.accepted).count();
        equal(channel + " offered", says.offered(), all.size(), findings);
        equal(channel + " accepted", says.accepted(), accepted, findings);
        equal(channel + " refused", says.refused(), all.size() - accepted, findings);
        equal(channel + " acknowledged", says.acknowledged(), fated(all, "ACKNOWLEDGED"), findings);
        equal(channel + " rejected", says.rejected(), fated(all, "REJECTED"), findings);
        equal(channel + " not sent", says.notSent(), fated(all, "NOT_SENT"), findings);
        equal(channel + " unknown", says.unknown(), fated(all, "UNKNOWN"), findings);
        equal(channel + " queued", says.queued(), 0, findings);
    }

    private static long fated(List<ItemStory> items, String fate) {
        return items.stream()
                .filter(item -> item.accepted)
                .filter(item -> item.settled.stream()
                        .anyMatch(settled -> settled.entry().fate().equals(fate)))
                .count();
    }

    private static void audio(Audio says, Chronicle conversation, Findings findings) {
        equal("frames offered", says.offered(), conversation.audio.size(), findings);
        equal("frames written and dropped", says.written() + says.dropped(), says.offered(), findings);
        equal("frames queued", says.queued(), 0, findings);
        equal("frames refused by the paused gate", says.droppedPaused(), results(conversation, "PAUSED"), findings);
        long told = results(conversation, "REPLACED_OLDEST") + results(conversation, "DROPPED");
        // One offer may drop two: a frame that was put back may have made the lane too full by one.
        if (told > says.droppedOverflow() || (told == 0 && says.droppedOverflow() > 0)) {
            findings.add(
                    Guarantee.N5,
                    says.droppedOverflow() + " frames found no room, but " + told
                            + " offers said that one was dropped");
        }
        long arrived = conversation.received.stream()
                .filter(each -> each.entry().type().equals("input_audio_buffer.append"))
                .count();
        // A frame that was cut off on its way was written for us and did not arrive, or the other way round.
        long lost = says.droppedClosed();
        if (arrived > says.written() + lost) {
            findings.add(Guarantee.N5, arrived + " frames arrived, but only " + says.written() + " count as written");
        }
    }

    private static long results(Chronicle conversation, String result) {
        return conversation.audio.stream()
                .filter(offer -> offer.entry().result().equals(result))
                .count();
    }

    private static void equal(String what, long says, long is, Findings findings) {
        if (says != is) {
            findings.add(Guarantee.N5, what + ": " + says + " in the summary, " + is + " by the ledger");
        }
    }
}
