package dev.antiphon.core.model;

/**
 * What a transcription cost: tokens or seconds, depending on the transcriber.
 *
 * @param type {@code tokens}, {@code duration} or what a newer server calls it
 * @param totalTokens all; 0 where the cost is in seconds
 * @param inputTokens read
 * @param outputTokens produced
 * @param inputText of the input, text
 * @param inputAudio of the input, audio
 * @param seconds of audio; 0 where the cost is in tokens
 */
public record TranscriptionUsage(
        String type,
        long totalTokens,
        long inputTokens,
        long outputTokens,
        long inputText,
        long inputAudio,
        double seconds) {}
