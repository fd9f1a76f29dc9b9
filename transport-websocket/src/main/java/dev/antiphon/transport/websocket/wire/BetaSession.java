package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.SessionConfig;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Session members as the beta named them, flat on the top level. Compatible servers still show them;
 * we never write them.
 */
final class BetaSession {
    private BetaSession() {}

    static void read(Fields in, SessionConfig.Builder to) {
        // The beta listed text beside audio for its transcript.
        in.takeTexts("modalities", list -> to.outputModalities(list.contains("audio") ? List.of("audio") : list));
        in.take("voice", JsonNode::isString, name -> to.voice(name.stringValue()));
        in.take("input_audio_format", JsonNode::isString, name -> format(name.stringValue(), to::inputFormat));
        in.take("output_audio_format", JsonNode::isString, name -> format(name.stringValue(), to::outputFormat));
        in.takeNull("input_audio_transcription", to::noTranscription);
        in.takeObject("input_audio_transcription", AudioJson::transcription, to::transcription);
        in.takeNull("input_audio_noise_reduction", to::noNoiseReduction);
        in.takeObject("input_audio_noise_reduction", AudioJson::noiseReduction, to::noiseReduction);
        in.takeNull("turn_detection", to::manualTurns);
        in.takeObject("turn_detection", AudioJson::turnDetection, to::turnDetection);
        in.take(
                "max_response_output_tokens",
                SessionJson::isOutputLimit,
                limit -> to.maxOutputTokens(SessionJson.outputLimit(limit)));
    }

    private static void format(String name, Consumer<AudioFormat> sink) {
        switch (name) {
            case "pcm16" -> sink.accept(AudioFormat.PCM16);
            case "g711_ulaw" -> sink.accept(AudioFormat.PCMU);
            case "g711_alaw" -> sink.accept(AudioFormat.PCMA);
            default -> throw new IllegalArgumentException("not a format of the beta");
        }
    }
}
