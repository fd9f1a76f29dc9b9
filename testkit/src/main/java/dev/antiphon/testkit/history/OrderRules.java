package dev.antiphon.testkit.history;

import dev.antiphon.testkit.history.Chronicle.ItemStory;
import dev.antiphon.testkit.history.Chronicle.Seen;
import dev.antiphon.testkit.history.HistoryEntry.Channel;
import java.util.EnumMap;

/** What is promised of the order on the wire: N2, W1, W2. */
final class OrderRules {
    private static final int TURNS = 2;

    private OrderRules() {}

    static void check(Chronicle conversation, Findings findings) {
        items(conversation, findings);
        frames(conversation, findings);
        turns(conversation, findings);
        conversation.sockets.forEach((name, socket) -> {
            String first = socket.firstWritten;
            if (first != null && !first.equals("session.update")) {
                findings.add(Guarantee.W1, first + " was the first thing written to " + name);
            }
        });
    }

    /** Items offered by several threads at once have no order; those offered one after the other have. */
    private static void items(Chronicle conversation, Findings findings) {
        EnumMap<Channel, ItemStory> newest = new EnumMap<>(Channel.class);
        for (Seen<HistoryEntry.Received> arrived : conversation.received) {
            ItemStory item = conversation.items.get(arrived.entry().content());
            if (item == null) {
                continue;
            }
            ItemStory before = newest.get(item.channel);
            if (before == null || before.offeredPlace < item.offeredPlace) {
                newest.put(item.channel, item);
            }
            if (before != null && item.returnedPlace < before.offeredPlace) {
                findings.add(Guarantee.N2, item.name + " arrived after " + before.name + ", which was accepted later");
            }
        }
        for (ItemStory item : conversation.items.values()) {
            if (item.received > 1) {
                findings.add(Guarantee.N2, item.name + " arrived " + item.received + " times");
            }
        }
    }

    /** An item lets one frame pass for each item before it, and one for its own turn in the rotation. */
    private static void turns(Chronicle conversation, Findings findings) {
        if (conversation.audio.isEmpty()) {
            return;
        }
        for (ItemStory item : conversation.items.values()) {
            if (item.received != 1 || !item.accepted) {
                continue;
            }
            long firstLater = 1
                    + conversation.audio.stream()
                            .filter(frame -> frame.place() < item.returnedPlace)
                            .count();
            int frames = 0;
            int items = 0;
            for (Seen<HistoryEntry.Received> arrived : conversation.received) {
                if (arrived.place() > item.returnedPlace && arrived.place() < item.receivedPlace) {
                    boolean frame = arrived.entry().type().equals("input_audio_buffer.append");
                    frames += frame && Integer.parseInt(arrived.entry().content()) >= firstLater ? 1 : 0;
                    items += arrived.entry().type().equals("conversation.item.create") ? 1 : 0;
                }
            }
            if (frames > items + TURNS) {
                findings.add(Guarantee.W2, item.name + " waited for " + frames + " frames that were offered after it");
            }
        }
    }

    private static void frames(Chronicle conversation, Findings findings) {
        int newest = 0;
        for (Seen<HistoryEntry.Received> arrived : conversation.received) {
            if (arrived.entry().type().equals("input_audio_buffer.append")) {
                int frame = Integer.parseInt(arrived.entry().content());
                if (frame <= newest) {
                    findings.add(Guarantee.N2, "frame " + frame + " arrived behind frame " + newest);
                }
                newest = Math.max(newest, frame);
            }
        }
    }
}
