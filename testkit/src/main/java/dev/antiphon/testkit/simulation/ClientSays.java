package dev.antiphon.testkit.simulation;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.SessionConfig;

/**
 * A client event as the simulated server reads it.
 *
 * @param type as on the wire
 * @param eventId the client's id of the event, or empty
 * @param itemId of the item it creates, or empty
 * @param content what the item says, the number of the audio frame, or empty
 */
public record ClientSays(String type, String eventId, String itemId, String content) {
    /** Reads an event that never became JSON. */
    public static ClientSays of(ClientEvent event) {
        if (event instanceof ClientEvent.ConversationItemCreate create) {
            return new ClientSays(event.type(), event.eventId(), create.item().id(), said(create.item()));
        } else if (event instanceof ClientEvent.InputAudioBufferAppend append) {
            return new ClientSays(
                    event.type(), event.eventId(), "", number(append.audio().bytes()));
        }
        return new ClientSays(event.type(), event.eventId(), "", "");
    }

    private static String said(Item item) {
        if (item instanceof Item.FunctionCallOutput output) {
            return output.output();
        } else if (item instanceof Item.Message message
                && message.content().get(0) instanceof ContentPart.InputText text) {
            return text.text();
        }
        return "";
    }

    /** A frame that says its number. */
    static AudioData frame(int number) {
        return AudioData.of(
                new byte[] {(byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
    }

    /** The number that a frame says. */
    public static String number(byte[] frame) {
        return Integer.toString(
                (frame[0] & 0xff) << 24 | (frame[1] & 0xff) << 16 | (frame[2] & 0xff) << 8 | (frame[3] & 0xff));
    }

    /** The session of a conversation: its model is the conversation's name, which thus reaches the server. */
    static SessionConfig session(String conversation) {
        return SessionConfig.builder().model(conversation).build();
    }
}
