package dev.antiphon.core;

import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was said, in the order of the conversation: items follow their {@code previous_item_id}, not
 * the order of arrival. Deltas are merged, a done replaces them. Guarded by the conversation's lock.
 */
final class Transcript {
    /** Items kept; beyond it the oldest are forgotten. */
    private static final int MAX_ITEMS = 4_096;

    private static final class Line {
        final String itemId;
        Role role;
        /** By content index: parts of one item are told apart. */
        final List<StringBuilder> parts = new ArrayList<>(1);

        boolean complete;

        /** Id of the item before it; empty while nobody said. */
        String previous = "";

        /** Whether it stands where {@link #previous} wants it. */
        boolean placed;

        /** Whether it came before the item that it follows. */
        boolean early;

        Line(String itemId, Role role) {
            this.itemId = itemId;
            this.role = role;
        }

        StringBuilder part(int index) {
            while (parts.size() <= index) {
                parts.add(new StringBuilder());
            }
            return parts.get(index);
        }
    }

    /** Parts of one item that are kept apart; servers use one or two. */
    private static final int MAX_PARTS = 64;

    private final Map<String, Line> lines = new HashMap<>();
    private final List<Line> order = new ArrayList<>();

    /** Lines that are early: none, as a rule, and then nobody has to look for one. */
    private int early;

    /** An item took its place. Tool calls say nothing here, but later items may follow them. */
    void onItem(Item item, String previousItemId, boolean complete) {
        if (item.id().isEmpty()) {
            return;
        }
        Line line = line(item.id(), item instanceof Item.Message message ? message.role() : Role.ASSISTANT);
        link(line, previousItemId);
        if (item instanceof Item.Message message) {
            line.role = message.role();
            read(message, line, complete);
        }
    }

    /** The caller's audio became an item; what was said comes later. */
    void onCommitted(String itemId, String previousItemId) {
        if (!itemId.isEmpty()) {
            link(line(itemId, Role.USER), previousItemId);
        }
    }

    private static void read(Item.Message message, Line line, boolean complete) {
        int index = 0;
        for (ContentPart part : message.content()) {
            String text = textOf(part);
            if (text != null && !text.isEmpty()) {
                replace(line, index, text);
            }
            index++;
        }
        line.complete |= complete && !text(line).isEmpty();
    }

    void onDelta(String itemId, Role role, int contentIndex, String delta) {
        if (itemId.isEmpty() || contentIndex < 0 || contentIndex >= MAX_PARTS) {
            return;
        }
        line(itemId, role).part(contentIndex).append(delta);
    }

    void onDone(String itemId, Role role, int contentIndex, String text) {
        if (itemId.isEmpty() || contentIndex < 0 || contentIndex >= MAX_PARTS) {
            return;
        }
        Line line = line(itemId, role);
        replace(line, contentIndex, text);
        line.complete = true;
    }

    /** The server forgot what was not heard of an item. */
    void onTruncated(String itemId) {
        Line line = lines.get(itemId);
        if (line != null) {
            line.complete = true;
        }
    }

    void onDeleted(String itemId) {
        Line line = lines.remove(itemId);
        if (line != null) {
            order.remove(line);
            isEarly(line, false);
        }
    }

    List<TranscriptEntry> entries() {
        List<TranscriptEntry> entries = new ArrayList<>(order.size());
        for (Line line : order) {
            String text = text(line);
            if (!text.isEmpty()) {
                entries.add(new TranscriptEntry(line.itemId, line.role, text, line.complete));
            }
        }
        return List.copyOf(entries);
    }

    private static String text(Line line) {
        return String.join("", line.parts);
    }

    private static void replace(Line line, int index, String text) {
        if (index < MAX_PARTS) {
            StringBuilder part = line.part(index);
            part.setLength(0);
            part.append(text);
        }
    }

    private static @Nullable String textOf(ContentPart part) {
        if (part instanceof ContentPart.InputText text) {
            return text.text();
        } else if (part instanceof ContentPart.OutputText text) {
            return text.text();
        } else if (part instanceof ContentPart.Audio audio) {
            return audio.transcript().orElse("");
        }
        return null;
    }

    private Line line(String itemId, Role role) {
        Line line = lines.get(itemId);
        if (line == null) {
            line = new Line(itemId, role);
            lines.put(itemId, line);
            order.add(line);
            placeFollowersOf(itemId);
            if (order.size() > MAX_ITEMS) {
                Line oldest = order.remove(0);
                lines.remove(oldest.itemId);
                isEarly(oldest, false);
            }
        }
        return line;
    }

    private void link(Line line, String previousItemId) {
        if (!line.placed && !previousItemId.isEmpty()) {
            line.previous = previousItemId;
            place(line);
        }
    }

    /** Moves a line behind the one it follows, once that one is known. */
    private void place(Line line) {
        Line previous = lines.get(line.previous);
        if (previous != null && previous != line) {
            order.remove(line);
            order.add(order.indexOf(previous) + 1, line);
            line.placed = true;
        }
        isEarly(line, !line.placed);
    }

    private void isEarly(Line line, boolean now) {
        if (line.early != now) {
            line.early = now;
            early += now ? 1 : -1;
        }
    }

    /** Lines that came before the line they follow. */
    private void placeFollowersOf(String itemId) {
        if (early > 0) {
            order.stream()
                    .filter(line -> line.early && line.previous.equals(itemId))
                    .toList()
                    .forEach(this::place);
        }
    }
}
