package dev.antiphon.core.model;

import java.util.OptionalInt;

/**
 * Most tokens of one response.
 *
 * @param tokens 1 to 4,096; empty for no limit ({@code inf} on the wire)
 */
public record OutputLimit(OptionalInt tokens) {
    /** As many as the model can, the server's default. */
    public static final OutputLimit NONE = new OutputLimit(OptionalInt.empty());

    /** @throws IllegalArgumentException if the number is out of range */
    public OutputLimit {
        tokens.ifPresent(value -> Require.within("max_output_tokens", value, 1, 4096));
    }

    /** At most this many. */
    public static OutputLimit of(int tokens) {
        return new OutputLimit(OptionalInt.of(tokens));
    }
}
