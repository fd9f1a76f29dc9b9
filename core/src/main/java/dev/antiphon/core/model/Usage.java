package dev.antiphon.core.model;

/**
 * Tokens of one response. Cached tokens are part of the input tokens.
 *
 * @param totalTokens all
 * @param inputTokens read
 * @param outputTokens produced
 * @param inputText of the input, text
 * @param inputAudio of the input, audio
 * @param inputImage of the input, images
 * @param cachedTokens of the input, taken from the cache
 * @param cachedText of the cached, text
 * @param cachedAudio of the cached, audio
 * @param cachedImage of the cached, images
 * @param outputText of the output, text
 * @param outputAudio of the output, audio
 */
public record Usage(
        long totalTokens,
        long inputTokens,
        long outputTokens,
        long inputText,
        long inputAudio,
        long inputImage,
        long cachedTokens,
        long cachedText,
        long cachedAudio,
        long cachedImage,
        long outputText,
        long outputAudio) {
    /** Nothing used. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The sum of both. */
    public Usage plus(Usage other) {
        return new Usage(
                totalTokens + other.totalTokens,
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                inputText + other.inputText,
                inputAudio + other.inputAudio,
                inputImage + other.inputImage,
                cachedTokens + other.cachedTokens,
                cachedText + other.cachedText,
                cachedAudio + other.cachedAudio,
                cachedImage + other.cachedImage,
                outputText + other.outputText,
                outputAudio + other.outputAudio);
    }
}
