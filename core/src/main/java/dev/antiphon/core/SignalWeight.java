package dev.antiphon.core;

import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.TranscriptionEvent;

/** Roughly how many bytes a signal keeps alive while it waits for a listener. */
final class SignalWeight {
    private static final int OVERHEAD = 512;

    private SignalWeight() {}

    static int of(Object signal) {
        if (signal instanceof ResponseEvent.OutputAudioDelta delta) {
            return OVERHEAD + delta.audio().length() / 3 * 4;
        } else if (signal instanceof ResponseEvent.OutputTextDone done) {
            return OVERHEAD + done.text().length();
        } else if (signal instanceof TranscriptionEvent.Completed done) {
            return OVERHEAD + done.transcript().length();
        } else if (signal instanceof ConversationEvent.ItemRetrieved retrieved) {
            return OVERHEAD + audioOf(retrieved.item());
        } else if (signal instanceof DecodeError error) {
            return OVERHEAD + error.frameBytes();
        }
        return OVERHEAD;
    }

    private static int audioOf(Item item) {
        int bytes = 0;
        if (item instanceof Item.Message message) {
            for (ContentPart part : message.content()) {
                if (part instanceof ContentPart.Audio audio) {
                    bytes += audio.audio().map(data -> data.length() / 3 * 4).orElse(0);
                }
            }
        }
        return bytes;
    }
}
