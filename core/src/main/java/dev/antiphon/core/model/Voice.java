package dev.antiphon.core.model;

import java.util.List;

/**
 * A voice of the model: a built-in one by name, or a custom one by id. The set is open; a name this
 * version does not know is sent as it is.
 *
 * @param value name or id
 * @param isCustom whether {@code value} is the id of a custom voice
 */
public record Voice(String value, boolean isCustom) {
    /** Built-in voices at the time of this version. */
    public static final List<String> BUILT_IN =
            List.of("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar");

    /** @throws IllegalArgumentException if the value is blank */
    public Voice {
        if (value.isBlank()) {
            throw new IllegalArgumentException("audio.output.voice is blank");
        }
    }

    /** A built-in voice. */
    public static Voice named(String name) {
        return new Voice(name, false);
    }

    /** A custom voice, {@code voice_…}. */
    public static Voice custom(String id) {
        return new Voice(id, true);
    }
}
