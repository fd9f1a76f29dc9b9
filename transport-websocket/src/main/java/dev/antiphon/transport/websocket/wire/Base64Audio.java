package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import java.util.Base64;

/**
 * Audio inside an item, decoded when somebody asks. Items of a long conversation hold megabytes that
 * nobody may ever listen to.
 */
final class Base64Audio implements AudioData {
    private final String text;

    Base64Audio(String text) {
        this.text = text;
    }

    static String encode(byte[] audio) {
        return Base64.getEncoder().encodeToString(audio);
    }

    /** The audio as it came. */
    String text() {
        return text;
    }

    @Override
    public int length() {
        int characters = text.length();
        while (characters > 0 && text.charAt(characters - 1) == '=') {
            characters--;
        }
        return (int) (characters * 3L / 4);
    }

    @Override
    public byte[] bytes() {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // The decoder's own message quotes the character it met.
            throw new IllegalArgumentException("the audio of this item is not base64");
        }
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Base64Audio that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "AudioData[" + length() + " bytes]";
    }
}
