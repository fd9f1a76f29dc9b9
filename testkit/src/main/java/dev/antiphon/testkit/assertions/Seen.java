package dev.antiphon.testkit.assertions;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.JsonView;
import java.util.stream.Collectors;

/**
 * An event as a test speaks about it.
 *
 * @param type event type
 * @param text the words of a message, or the output of a call; otherwise empty
 * @param shown one line for a failure text
 */
record Seen(String type, String text, String shown) {
    static final String AUDIO = "input_audio_buffer.append";

    static Seen of(JournalEntry entry) {
        JsonView item = entry.text().isEmpty() ? JsonView.parse("null") : itemOf(entry);
        String text = item.has("output")
                ? item.text("output")
                : item.at("content").elements().stream()
                        .map(part -> part.text("text"))
                        .collect(Collectors.joining());
        return new Seen(entry.type(), text, entry + quoted(text));
    }

    private static JsonView itemOf(JournalEntry entry) {
        try {
            return entry.json().at("item");
        } catch (IllegalArgumentException notJson) {
            return JsonView.parse("null");
        }
    }

    static Seen of(ClientEvent event) {
        String text = "";
        if (event instanceof ClientEvent.ConversationItemCreate create) {
            text = textOf(create.item());
        }
        return new Seen(event.type(), text, event.type() + quoted(text));
    }

    private static String textOf(Item item) {
        if (item instanceof Item.FunctionCallOutput output) {
            return output.output();
        } else if (item instanceof Item.Message message) {
            return message.content().stream()
                    .map(part -> part instanceof ContentPart.InputText said ? said.text() : "")
                    .collect(Collectors.joining());
        }
        return "";
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "" : " \"" + (text.length() <= 80 ? text : text.substring(0, 80) + "…") + "\"";
    }

    /** Whether a test means this event: by its type, or by the words it carries. */
    boolean is(String typeOrText) {
        return type.equals(typeOrText) || (!text.isEmpty() && text.equals(typeOrText));
    }
}
