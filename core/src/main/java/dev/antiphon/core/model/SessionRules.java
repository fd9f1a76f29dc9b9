package dev.antiphon.core.model;

import java.util.List;

/**
 * What the Realtime API takes in a session or a response, beyond what its values can tell by themselves:
 * closed sets and formats. Checked when somebody asks for it, never when a server reports it: newer servers
 * know more. Each refusal names the field and what is allowed there.
 */
final class SessionRules {
    private static final List<String> KINDS = List.of(SessionConfig.REALTIME, SessionConfig.TRANSCRIPTION_ONLY);
    private static final List<String> MODALITIES = List.of("audio", "text");
    private static final List<String> EFFORTS = List.of("minimal", "low", "medium", "high", "xhigh");
    private static final List<String> EAGERNESS = List.of("low", "medium", "high", "auto");
    private static final List<String> NOISE_REDUCTIONS = List.of("near_field", "far_field");
    private static final List<String> INCLUDABLE = List.of("item.input_audio_transcription.logprobs");
    private static final List<String> TRUNCATIONS = List.of("auto", "disabled", "retention_ratio");
    private static final List<String> TOOL_CHOICES = List.of("auto", "none", "required", "function", "mcp");
    private static final List<String> CALLERS = List.of("direct", "programmatic");
    private static final List<String> APPROVALS = List.of("always", "never");
    private static final int PCM_RATE = 24_000;
    private static final List<String> FORMATS = List.of("audio/pcm", "audio/pcmu", "audio/pcma");

    /** The transcriber that streams: it takes a delay and finds no turns. */
    private static final String STREAMING_TRANSCRIBER = "gpt-realtime-whisper";

    private SessionRules() {}

    static String kind(String name) {
        return Require.oneOf("session.type", name, KINDS);
    }

    static List<String> modalities(List<String> modalities) {
        modalities.forEach(modality -> Require.oneOf("output_modalities", modality, MODALITIES));
        return modalities;
    }

    static String effort(String effort) {
        return Require.oneOf("reasoning.effort", effort, EFFORTS);
    }

    static List<String> include(List<String> members) {
        members.forEach(member -> Require.oneOf("include", member, INCLUDABLE));
        return members;
    }

    /** The API has PCM at 24 kHz and both kinds of G.711, whose rate is never said. */
    static AudioFormat format(String field, AudioFormat format) {
        Require.oneOf(field + ".type", format.type(), FORMATS);
        boolean pcm = format.type().equals("audio/pcm");
        format.rateHz().ifPresent(rate -> {
            if (!pcm) {
                throw new IllegalArgumentException(field + ".rate must be left out with " + format.type());
            } else if (rate != PCM_RATE) {
                throw new IllegalArgumentException(field + ".rate must be " + PCM_RATE + ": " + rate);
            }
        });
        return format;
    }

    static InputTranscription transcription(InputTranscription transcription) {
        String field = "audio.input.transcription";
        transcription.model().ifPresent(model -> Require.notBlank(field + ".model", model));
        transcription.language().ifPresent(code -> Require.notBlank(field + ".language", code));
        transcription
                .languages()
                .ifPresent(codes -> codes.forEach(code -> Require.notBlank(field + ".languages", code)));
        transcription.delay().ifPresent(delay -> {
            Require.oneOf(field + ".delay", delay, EFFORTS);
            if (transcription.model().filter(SessionRules::takesNoDelay).isPresent()) {
                throw new IllegalArgumentException(field + ".delay is for " + STREAMING_TRANSCRIBER + " only");
            }
        });
        return transcription;
    }

    static NoiseReduction noiseReduction(NoiseReduction reduction) {
        Require.oneOf("audio.input.noise_reduction.type", reduction.type(), NOISE_REDUCTIONS);
        return reduction;
    }

    static TurnDetection turnDetection(TurnDetection detection) {
        if (detection instanceof TurnDetection.SemanticVad vad) {
            vad.eagerness().ifPresent(level -> Require.oneOf("turn_detection.eagerness", level, EAGERNESS));
        } else if (detection instanceof TurnDetection.UnrecognizedTurnDetection other) {
            Require.object("turn_detection", other.raw());
        }
        return detection;
    }

    static Truncation truncation(Truncation truncation) {
        Require.oneOf("truncation", truncation.mode(), TRUNCATIONS);
        return truncation;
    }

    static ToolChoice toolChoice(ToolChoice choice) {
        Require.oneOf("tool_choice", choice.mode(), TOOL_CHOICES);
        return choice;
    }

    static List<Tool> tools(List<Tool> tools) {
        for (Tool tool : tools) {
            if (tool instanceof Tool.Function function) {
                function.parameters().ifPresent(schema -> Require.object("tools.parameters", schema));
            } else if (tool instanceof McpServer server) {
                mcpServer(server);
            } else if (tool instanceof Tool.UnrecognizedTool other) {
                Require.object("tools", other.raw());
            }
        }
        return tools;
    }

    private static void mcpServer(McpServer server) {
        server.allowedCallers()
                .ifPresent(
                        callers -> callers.forEach(caller -> Require.oneOf("tools.allowed_callers", caller, CALLERS)));
        server.requireApproval()
                .map(ToolApproval::policy)
                .filter(policy -> !policy.isEmpty())
                .ifPresent(policy -> Require.oneOf("tools.require_approval", policy, APPROVALS));
    }

    static PromptReference prompt(PromptReference prompt) {
        prompt.variables()
                .values()
                .forEach(value -> value.part().ifPresent(part -> Require.object("prompt.variables", part)));
        return prompt;
    }

    /** The names of models are an open set: only those are refused that surely have no delay. */
    private static boolean takesNoDelay(String transcriber) {
        return transcriber.equals("whisper-1") || transcriber.startsWith("gpt-4o-");
    }

    /** Whether the end of a turn can be found for a transcriber; else turns are committed by hand. */
    static boolean takesTurns(InputTranscription transcription) {
        return transcription
                .model()
                .filter(model -> model.startsWith(STREAMING_TRANSCRIBER))
                .isEmpty();
    }
}
