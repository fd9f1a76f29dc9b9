package dev.antiphon.core.model;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the server forgets when the conversation outgrows the model's context.
 *
 * @param mode {@code auto}, {@code disabled}, {@code retention_ratio}, or what a newer server knows
 * @param retentionRatio share to keep, 0 to 1, with {@code retention_ratio}
 * @param postInstructionsTokens most tokens after the instructions, with {@code retention_ratio}
 */
public record Truncation(String mode, OptionalDouble retentionRatio, OptionalLong postInstructionsTokens) {
    /** The server's default. */
    public static final Truncation AUTO = new Truncation("auto", OptionalDouble.empty(), OptionalLong.empty());

    /** Nothing is forgotten; a response fails instead. */
    public static final Truncation DISABLED = new Truncation("disabled", OptionalDouble.empty(), OptionalLong.empty());

    /** @throws IllegalArgumentException naming the member that is missing or out of range */
    public Truncation {
        Require.notBlank("truncation", mode);
        retentionRatio.ifPresent(value -> Require.within("truncation.retention_ratio", value, 0, 1));
        postInstructionsTokens.ifPresent(
                value -> Require.notNegative("truncation.token_limits.post_instructions", value));
        if (mode.equals("retention_ratio") && retentionRatio.isEmpty()) {
            throw new IllegalArgumentException("truncation.retention_ratio is missing");
        }
        boolean plain = mode.equals("auto") || mode.equals("disabled");
        if (plain && (retentionRatio.isPresent() || postInstructionsTokens.isPresent())) {
            throw new IllegalArgumentException(
                    "truncation: a ratio and token_limits go with retention_ratio, not with " + mode);
        }
    }

    /** Keeps a share of the context when it is cut. */
    public static Truncation retain(double ratio) {
        return new Truncation("retention_ratio", OptionalDouble.of(ratio), OptionalLong.empty());
    }

    /**
     * The same with a limit on what follows the instructions.
     *
     * @throws IllegalArgumentException if the number is negative, or no share is kept
     */
    public Truncation postInstructions(long tokens) {
        return new Truncation(mode, retentionRatio, OptionalLong.of(tokens));
    }
}
