package dev.antiphon.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server would refuse is refused while it is put together, with the field and what it may be. */
class RefusedSettingsTest {
    private static final InputTranscription WHISPER = InputTranscription.by("gpt-realtime-whisper");
    private static final RawJson SCHEMA = new RawJson("{\"type\":\"object\"}");
    private static final RawJson ARRAY = new RawJson("[1]");
    private static final String SECRET = "zz-secret";

    private interface Refused {
        Object make();
    }

    private static Arguments refused(String field, String allowed, Refused value) {
        return arguments(field, allowed, value);
    }

    private static SessionConfig.Builder session() {
        return SessionConfig.builder();
    }

    private static AudioFormat format(String type, int rate) {
        return new AudioFormat(type, OptionalInt.of(rate));
    }

    private static ClientEvent create(Item item) {
        return new ClientEvent.ConversationItemCreate("", Optional.empty(), item);
    }

    private static Item approvalOf(String requestId) {
        return Item.approval(new Item.McpApprovalRequest(requestId, "m", "f", "{}", ExtraMembers.NONE), true);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                refused(
                        "session.type",
                        "realtime, transcription",
                        () -> session().kind(SECRET)),
                refused("model", "non-ASCII", () -> session().model("größe")),
                refused("model", "blank", () -> session().model(" ")),
                refused("output_modalities", "audio, text", () -> session().outputModalities(List.of(SECRET))),
                refused("output_modalities", "either", () -> session().outputModalities(List.of("audio", "text"))),
                refused("output_modalities", "either", () -> session().outputModalities(List.of())),
                refused(
                        "audio.input.format.type",
                        "audio/pcm, audio/pcmu, audio/pcma",
                        () -> session().inputFormat(new AudioFormat("audio/opus", OptionalInt.empty()))),
                refused("audio.input.format.rate", "24000", () -> session().inputFormat(AudioFormat.pcm16(16_000))),
                refused("audio.output.format.rate", "24000", () -> session().outputFormat(AudioFormat.pcm16(48_000))),
                refused(
                        "audio.output.format.rate",
                        "left out",
                        () -> session().outputFormat(format("audio/pcmu", 8_000))),
                refused("format.rate", "positive", () -> AudioFormat.pcm16(0)),
                refused("audio.output.voice", "blank", () -> session().voice(" ")),
                refused("audio.output.speed", "0.25 to 1.5", () -> session().speed(1.51)),
                refused("audio.output.speed", "0.25 to 1.5", () -> session().speed(0.24)),
                refused("audio.output.speed", "0.25 to 1.5", () -> session().speed(Double.NaN)),
                refused("audio.input.transcription.model", "blank", () -> InputTranscription.by("")),
                refused(
                        "audio.input.transcription.language",
                        "blank",
                        () -> session()
                                .transcription(
                                        InputTranscription.by("whisper-1").language(" "))),
                refused(
                        "audio.input.transcription.languages",
                        "empty",
                        () -> InputTranscription.by("gpt-transcribe").languages(List.of())),
                refused(
                        "audio.input.transcription.languages",
                        "blank",
                        () -> session()
                                .transcription(
                                        InputTranscription.by("gpt-transcribe").languages(List.of("en", "")))),
                refused(
                        "audio.input.transcription.delay",
                        "minimal, low, medium, high, xhigh",
                        () -> session().transcription(WHISPER.delay(SECRET))),
                refused(
                        "audio.input.transcription.delay",
                        "gpt-realtime-whisper only",
                        () -> session()
                                .transcription(InputTranscription.by("gpt-4o-transcribe")
                                        .delay("low"))),
                refused(
                        "audio.input.noise_reduction.type",
                        "near_field, far_field",
                        () -> session().noiseReduction(new NoiseReduction(SECRET, OptionalDouble.empty()))),
                refused(
                        "audio.input.noise_reduction.strength",
                        "0.0 to 1.0",
                        () -> new NoiseReduction("near_field", OptionalDouble.of(1.1))),
                refused(
                        "turn_detection.threshold",
                        "0.0 to 1.0",
                        () -> TurnDetection.serverVad().threshold(1.1)),
                refused(
                        "turn_detection.prefix_padding_ms",
                        "negative",
                        () -> TurnDetection.serverVad().prefixPadding(Duration.ofMillis(-1))),
                refused(
                        "turn_detection.silence_duration_ms",
                        "negative",
                        () -> TurnDetection.serverVad().silence(Duration.ofMillis(-1))),
                refused(
                        "turn_detection.idle_timeout_ms",
                        "5000 to 30000",
                        () -> TurnDetection.serverVad().idleTimeout(Duration.ofMillis(4_999))),
                refused(
                        "turn_detection.idle_timeout_ms",
                        "5000 to 30000",
                        () -> TurnDetection.serverVad().idleTimeout(Duration.ofMillis(30_001))),
                refused(
                        "turn_detection.eagerness",
                        "low, medium, high, auto",
                        () -> session()
                                .turnDetection(TurnDetection.semanticVad().eagerness(SECRET))),
                refused(
                        "turn_detection",
                        "a JSON object",
                        () -> session().turnDetection(new TurnDetection.UnrecognizedTurnDetection("new_vad", ARRAY))),
                refused(
                        "include",
                        "item.input_audio_transcription.logprobs",
                        () -> session().include(List.of(SECRET))),
                refused(
                        "tracing.metadata",
                        "a JSON object",
                        () -> Tracing.workflow("w").metadata(ARRAY)),
                refused(
                        "tracing",
                        "either auto",
                        () -> new Tracing(true, Optional.of("w"), Optional.empty(), Optional.empty())),
                refused(
                        "tools",
                        "same name",
                        () -> session().tools(Tool.function("a", "", SCHEMA), Tool.function("a", "", SCHEMA))),
                refused("tools: a function's name", "blank", () -> Tool.function(" ", "", SCHEMA)),
                refused(
                        "tools.parameters",
                        "a JSON object",
                        () -> session().tools(Tool.function("a", "", new RawJson("true")))),
                refused("tools", "a JSON object", () -> session().tools(Tool.raw("new", ARRAY))),
                refused(
                        "server_label",
                        "blank",
                        () -> Tool.mcp("").url("https://x").build()),
                refused(
                        "server_url, a connector_id or a tunnel_id",
                        "only one",
                        () -> Tool.mcp("m").build()),
                refused(
                        "server_url, a connector_id or a tunnel_id",
                        "only one",
                        () -> Tool.mcp("m")
                                .url("https://x")
                                .connector("connector_gmail")
                                .build()),
                refused("tunnel_id", "32", () -> Tool.mcp("m").tunnel("tunnel_X")),
                refused(
                        "tools.allowed_callers",
                        "direct, programmatic",
                        () -> session()
                                .tools(Tool.mcp("m")
                                        .url("https://x")
                                        .allowedCallers(List.of(SECRET))
                                        .build())),
                refused(
                        "tools.require_approval",
                        "always, never",
                        () -> session()
                                .tools(Tool.mcp("m")
                                        .url("https://x")
                                        .requireApproval(new ToolApproval(SECRET, Optional.empty(), Optional.empty()))
                                        .build())),
                refused(
                        "tools.require_approval",
                        "always, never",
                        () -> ToolApproval.filtered(Optional.empty(), Optional.empty())),
                refused(
                        "tool_choice",
                        "auto, none, required, function, mcp",
                        () -> session().toolChoice(new ToolChoice(SECRET, Optional.empty(), Optional.empty()))),
                refused(
                        "tool_choice.name",
                        "missing",
                        () -> new ToolChoice("function", Optional.empty(), Optional.empty())),
                refused(
                        "tool_choice.server_label",
                        "missing",
                        () -> new ToolChoice("mcp", Optional.empty(), Optional.empty())),
                refused(
                        "tool_choice.server_label",
                        "mcp",
                        () -> new ToolChoice("function", Optional.of("f"), Optional.of("m"))),
                refused("tool_choice", "one tool", () -> new ToolChoice("none", Optional.of("f"), Optional.empty())),
                refused(
                        "reasoning.effort",
                        "minimal, low, medium, high, xhigh",
                        () -> session().reasoningEffort(SECRET)),
                refused("max_output_tokens", "1 to 4096", () -> session().maxOutputTokens(0)),
                refused("max_output_tokens", "1 to 4096", () -> session().maxOutputTokens(4_097)),
                refused(
                        "truncation",
                        "auto, disabled, retention_ratio",
                        () -> session()
                                .truncation(new Truncation(SECRET, OptionalDouble.empty(), OptionalLong.empty()))),
                refused("truncation.retention_ratio", "0.0 to 1.0", () -> Truncation.retain(1.1)),
                refused(
                        "truncation.retention_ratio",
                        "missing",
                        () -> new Truncation("retention_ratio", OptionalDouble.empty(), OptionalLong.empty())),
                refused(
                        "truncation.token_limits.post_instructions",
                        "negative",
                        () -> Truncation.retain(0.5).postInstructions(-1)),
                refused("truncation", "retention_ratio", () -> Truncation.AUTO.postInstructions(10)),
                refused("prompt.id", "blank", () -> PromptReference.of("")),
                refused(
                        "prompt.variables",
                        "a JSON object",
                        () -> session().prompt(PromptReference.of("pmpt_1").variable("v", ARRAY))),
                refused(
                        "metadata",
                        "at most 16",
                        () -> ResponseConfig.builder()
                                .metadata(Stream.iterate(0, i -> i + 1)
                                        .limit(17)
                                        .collect(java.util.stream.Collectors.toMap(String::valueOf, String::valueOf)))),
                refused(
                        "key of metadata",
                        "at most 64",
                        () -> ResponseConfig.builder().metadata(Map.of("k".repeat(65), ""))),
                refused(
                        "value of metadata",
                        "at most 512",
                        () -> ResponseConfig.builder().metadata(Map.of("k", "v".repeat(513)))),
                refused("conversation", "blank", () -> ResponseConfig.builder().conversation("")),
                refused(
                        "output_modalities",
                        "audio, text",
                        () -> ResponseConfig.builder().outputModalities(List.of(SECRET))),
                refused(
                        "audio.output.format.rate",
                        "24000",
                        () -> ResponseConfig.builder().outputFormat(AudioFormat.pcm16(8_000))),
                refused(
                        "reasoning.effort",
                        "minimal, low",
                        () -> ResponseConfig.builder().reasoningEffort(SECRET)),
                refused(
                        "tools.parameters",
                        "a JSON object",
                        () -> ResponseConfig.builder().tools(List.of(Tool.function("a", "", ARRAY)))),
                refused(
                        "tool_choice",
                        "auto, none",
                        () -> ResponseConfig.builder()
                                .toolChoice(new ToolChoice(SECRET, Optional.empty(), Optional.empty()))),
                refused("event_id", "at most 512", () -> new ClientEvent.InputAudioBufferCommit("e".repeat(513))),
                refused(
                        "audio",
                        "15728640",
                        () -> new ClientEvent.InputAudioBufferAppend("", AudioData.of(new byte[(15 << 20) + 1]))),
                refused("item_id", "blank", () -> new ClientEvent.ConversationItemDelete("", " ")),
                refused("content_index", "negative", () -> new ClientEvent.ConversationItemTruncate("", "i", -1, 0)),
                refused("audio_end_ms", "negative", () -> new ClientEvent.ConversationItemTruncate("", "i", 0, -1)),
                refused("item.content", "empty", () -> Item.fromUser()),
                refused("item.call_id", "blank", () -> create(new Item.FunctionCallOutput("", " ", "done"))),
                refused("item.approval_request_id", "blank", () -> create(approvalOf(""))),
                refused(
                        "previous_item_id",
                        "blank",
                        () -> new ClientEvent.ConversationItemCreate("", Optional.of(""), Item.text(Role.USER, "x"))),
                refused("response_id", "blank", () -> new ClientEvent.ResponseCancel("", Optional.of(""))),
                refused(
                        "item.content",
                        "input_text, input_audio or input_image",
                        () -> Item.fromUser(new ContentPart.OutputText("x"))),
                refused("image_url", "PNG or JPEG", () -> ContentPart.InputImage.of("https://x/y.png")),
                refused(
                        "content.detail",
                        "auto, low, high",
                        () -> ContentPart.InputImage.of("data:image/png;base64,AA")
                                .detail(SECRET)));
    }

    @ParameterizedTest(name = "[{index}] {0}: {1}")
    @MethodSource("values")
    void a_value_that_the_server_refuses_is_refused_by_name(String field, String allowed, Refused value) {
        assertThatIllegalArgumentException()
                .isThrownBy(value::make)
                .withMessageContaining(field)
                .withMessageContaining(allowed)
                .withMessageNotContaining(SECRET);
    }

    static Stream<Arguments> conversationMembers() {
        return Stream.of(
                member("model", to -> to.model("gpt-realtime")),
                member("output_modalities", SessionConfig.Builder::textOnly),
                member("instructions", to -> to.instructions("")),
                member("audio.output.format", to -> to.outputFormat(AudioFormat.PCM16)),
                member("audio.output.voice", to -> to.voice("marin")),
                member("audio.output.speed", to -> to.speed(1)),
                member("tracing", to -> to.tracing(Tracing.AUTO)),
                member("tracing", SessionConfig.Builder::noTracing),
                member("tools", SessionConfig.Builder::tools),
                member("tool_choice", to -> to.toolChoice(ToolChoice.AUTO)),
                member("parallel_tool_calls", to -> to.parallelToolCalls(true)),
                member("reasoning.effort", to -> to.reasoningEffort("low")),
                member("max_output_tokens", to -> to.maxOutputTokens(OutputLimit.NONE)),
                member("truncation", to -> to.truncation(Truncation.AUTO)),
                member("prompt", SessionConfig.Builder::noPrompt));
    }

    private static Arguments member(String field, UnaryOperator<SessionConfig.Builder> change) {
        return arguments(field, change);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @MethodSource("conversationMembers")
    void a_transcription_session_has_nothing_of_a_conversation(
            String field, UnaryOperator<SessionConfig.Builder> change) {
        SessionConfig.Builder transcription =
                change.apply(SessionConfig.transcriptionOnly(InputTranscription.by("gpt-4o-transcribe")));

        assertThatIllegalArgumentException()
                .isThrownBy(transcription::build)
                .withMessage("a transcription session has no " + field);
    }

    @Test
    void a_transcription_session_takes_everything_about_its_input() {
        SessionConfig config = SessionConfig.transcriptionOnly(
                        WHISPER.delay("low").keywords(List.of("Antiphon")).prompt("Names"))
                .inputFormat(AudioFormat.PCMU)
                .noiseReduction(NoiseReduction.NEAR_FIELD)
                .manualTurns()
                .include(List.of("item.input_audio_transcription.logprobs"))
                .extra("/audio/input/gain", new RawJson("2"))
                .build();

        assertThat(config.isTranscriptionOnly()).isTrue();
        assertThat(config.turnDetection().isCleared()).isTrue();
    }

    @Test
    void a_transcription_session_cannot_switch_its_transcription_off() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionConfig.transcriptionOnly(WHISPER)
                        .noTranscription()
                        .build())
                .withMessage("a transcription session needs audio.input.transcription");
    }

    @Test
    void a_transcriber_that_finds_no_turns_is_given_no_turn_detection() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionConfig.transcriptionOnly(WHISPER)
                        .turnDetection(TurnDetection.serverVad())
                        .build())
                .withMessageContaining("audio.input.turn_detection must be off");
        assertThat(SessionConfig.transcriptionOnly(InputTranscription.by("gpt-4o-transcribe"))
                        .turnDetection(TurnDetection.serverVad())
                        .build()
                        .turnDetection()
                        .value())
                .isPresent();
    }

    @Test
    void everything_the_server_takes_is_taken() {
        SessionConfig config = session()
                .model("gpt-realtime-2")
                .inputFormat(new AudioFormat("audio/pcm", OptionalInt.empty()))
                .outputFormat(AudioFormat.PCMA)
                .voice(Voice.custom("voice_1"))
                .speed(0.25)
                .transcription(InputTranscription.by("a-model-of-tomorrow").delay("xhigh"))
                .noiseReduction(NoiseReduction.FAR_FIELD)
                .turnDetection(TurnDetection.serverVad().threshold(1).idleTimeout(Duration.ofSeconds(30)))
                .tracing(Tracing.workflow("w").group("g").metadata(new RawJson(" {\"a\":1}\n")))
                .tools(
                        Tool.function("f", "does", SCHEMA),
                        Tool.mcp("m")
                                .connector("connector_gmail")
                                .allowedCallers(List.of("direct"))
                                .requireApproval(ToolApproval.NEVER)
                                .build())
                .toolChoice(ToolChoice.mcp("m", "t"))
                .parallelToolCalls(true)
                .reasoningEffort("minimal")
                .maxOutputTokens(4_096)
                .truncation(Truncation.retain(0.8).postInstructions(0))
                .prompt(PromptReference.of("pmpt_1").variable("v", SCHEMA))
                .build();

        assertThat(config.tools()).hasValueSatisfying(tools -> assertThat(tools).hasSize(2));
    }

    @Test
    void what_a_server_reports_is_kept_though_nobody_may_ask_for_it() {
        SessionConfig reported = SessionConfig.reported()
                .kind(SessionConfig.TRANSCRIPTION_ONLY)
                .reasoningEffort("extreme")
                .turnDetection(TurnDetection.semanticVad().eagerness("hasty"))
                .inputFormat(AudioFormat.pcm16(16_000))
                .include(Collections.singletonList("everything"))
                .build();

        assertThat(reported.reasoningEffort()).contains("extreme");
        assertThat(reported.inputFormat()).contains(AudioFormat.pcm16(16_000));
    }
}
