package dev.antiphon.core.model;

import java.util.OptionalDouble;

/**
 * Noise reduction before turn detection and the model.
 *
 * @param type {@code near_field}, {@code far_field} or what a newer server knows
 * @param strength 0 to 1, where the server supports it
 */
public record NoiseReduction(String type, OptionalDouble strength) {
    /** For headsets. */
    public static final NoiseReduction NEAR_FIELD = new NoiseReduction("near_field", OptionalDouble.empty());

    /** For laptops and rooms. */
    public static final NoiseReduction FAR_FIELD = new NoiseReduction("far_field", OptionalDouble.empty());

    /** @throws IllegalArgumentException if the type is blank or the strength is out of range */
    public NoiseReduction {
        Require.notBlank("audio.input.noise_reduction.type", type);
        strength.ifPresent(value -> Require.within("audio.input.noise_reduction.strength", value, 0, 1));
    }
}
