package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.Unrecognized;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/** Events that a careless adapter has changed. */
final class Altered {
    private Altered() {}

    static ServerEvent inAscii(ServerEvent event) {
        return new Unrecognized(Envelope.of(
                event.type(), event.eventId(), new RawJson(ascii(event.raw().text()))));
    }

    static ClientEvent inAscii(ClientEvent event) {
        return withText(event, Altered::ascii);
    }

    /** Cut where a 16-bit length ends. */
    static ClientEvent cut(ClientEvent event) {
        return withText(event, text -> text.substring(0, Math.min(text.length(), 65_535)));
    }

    private static String ascii(String text) {
        return new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    }

    private static ClientEvent withText(ClientEvent event, UnaryOperator<String> change) {
        if (event instanceof ClientEvent.ConversationItemCreate create
                && create.item() instanceof Item.Message message
                && message.content().get(0) instanceof ContentPart.InputText text) {
            return new ClientEvent.ConversationItemCreate(
                    create.eventId(),
                    create.previousItemId(),
                    new Item.Message(
                            message.id(),
                            message.role(),
                            List.of(new ContentPart.InputText(change.apply(text.text())))));
        }
        return event;
    }
}
