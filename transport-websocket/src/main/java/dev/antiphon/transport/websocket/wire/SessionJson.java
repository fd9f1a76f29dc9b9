package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.OutputLimit;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.SessionInfo;
import dev.antiphon.core.model.Setting;
import dev.antiphon.core.model.Tracing;
import dev.antiphon.core.model.Truncation;
import dev.antiphon.core.model.Voice;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Session objects: the request shape, which we write, and the response shape, which servers show. */
final class SessionJson {
    private SessionJson() {}

    /** The server's view of a session. */
    static SessionInfo info(Fields in) {
        String id = in.text("id");
        in.markTaken("id");
        in.markTaken("object");
        in.markTaken("expires_at");
        return new SessionInfo(
                id,
                in.text("type"),
                in.integer("expires_at").orElse(0),
                read(in, true, BetaSession::read),
                Nodes.raw(in.node()));
    }

    /** The session of a {@code session.update}, whose model stays in the rest: see {@link #write}. */
    static SessionConfig read(Fields in) {
        return read(in, false, (fields, to) -> {});
    }

    /** Reads members in names of another generation. */
    interface OlderNames {
        void read(Fields in, SessionConfig.Builder to);
    }

    private static SessionConfig read(Fields in, boolean withModel, OlderNames older) {
        SessionConfig.Builder to = SessionConfig.reported().kind(in.text("type"));
        older.read(in, to);
        if (withModel) {
            in.take("model", JsonNode::isString, value -> to.model(value.stringValue()));
        }
        in.takeTexts("output_modalities", to::outputModalities);
        in.take("instructions", JsonNode::isString, value -> to.instructions(value.stringValue()));
        readAudio(in.object("audio"), to);
        in.takeTexts("include", to::include);
        in.takeNull("tracing", to::noTracing);
        in.take(
                "tracing",
                node -> node.isString() && node.stringValue().equals("auto"),
                node -> to.tracing(Tracing.AUTO));
        in.takeObject("tracing", SessionJson::tracing, to::tracing);
        in.take("tools", JsonNode::isArray, list -> to.tools(ToolJson.readAll(in, list)));
        in.take("tool_choice", JsonNode::isString, mode -> to.toolChoice(ToolJson.mode(mode.stringValue())));
        in.takeObject("tool_choice", ToolJson::choice, to::toolChoice);
        in.take("parallel_tool_calls", JsonNode::isBoolean, flag -> to.parallelToolCalls(flag.booleanValue()));
        in.object("reasoning").take("effort", JsonNode::isString, effort -> to.reasoningEffort(effort.stringValue()));
        in.take("max_output_tokens", SessionJson::isOutputLimit, limit -> to.maxOutputTokens(outputLimit(limit)));
        in.take("truncation", JsonNode::isString, mode -> to.truncation(truncation(mode.stringValue())));
        in.takeObject("truncation", SessionJson::truncation, to::truncation);
        in.takeNull("prompt", to::noPrompt);
        in.takeObject("prompt", PromptJson::read, to::prompt);
        in.rest().byPointer().forEach(to::extra);
        return to.build();
    }

    private static void readAudio(Fields audio, SessionConfig.Builder to) {
        Fields input = audio.object("input");
        input.takeObject("format", AudioJson::format, to::inputFormat);
        input.takeNull("transcription", to::noTranscription);
        input.takeObject("transcription", AudioJson::transcription, to::transcription);
        input.takeNull("noise_reduction", to::noNoiseReduction);
        input.takeObject("noise_reduction", AudioJson::noiseReduction, to::noiseReduction);
        input.takeNull("turn_detection", to::manualTurns);
        input.takeObject("turn_detection", AudioJson::turnDetection, to::turnDetection);
        Fields output = audio.object("output");
        output.takeObject("format", AudioJson::format, to::outputFormat);
        output.take("voice", JsonNode::isString, name -> to.voice(name.stringValue()));
        output.takeObject("voice", voice -> Voice.custom(voice.text("id")), to::voice);
        output.take("speed", Nodes::isExactDouble, speed -> to.speed(speed.doubleValue()));
    }

    static boolean isOutputLimit(JsonNode node) {
        return Nodes.isInteger(node) || (node.isString() && node.stringValue().equals("inf"));
    }

    /** @throws IllegalArgumentException if it is out of range */
    static OutputLimit outputLimit(JsonNode node) {
        if (node.isString()) {
            return OutputLimit.NONE;
        }
        long tokens = Nodes.integer(node);
        return OutputLimit.of((int) Math.max(Math.min(tokens, Integer.MAX_VALUE), Integer.MIN_VALUE));
    }

    private static Tracing tracing(Fields in) {
        return new Tracing(false, in.anyText("workflow_name"), in.anyText("group_id"), in.raw("metadata"));
    }

    private static Truncation truncation(String mode) {
        return switch (mode) {
            case "auto" -> Truncation.AUTO;
            case "disabled" -> Truncation.DISABLED;
            default -> throw new IllegalArgumentException("truncation: not a mode");
        };
    }

    /** @throws IllegalArgumentException if it has no ratio */
    private static Truncation truncation(Fields in) {
        OptionalDouble ratio = in.number("retention_ratio");
        if (ratio.isEmpty()) {
            throw new IllegalArgumentException("truncation: an object without ratio");
        }
        return new Truncation(in.text("type"), ratio, in.object("token_limits").integer("post_instructions"));
    }

    /**
     * The request shape.
     *
     * @param withModel the model travels with call creation and in the URL of a direct connection; a
     *     {@code session.update} must not name it
     */
    static ObjectNode write(SessionConfig session, boolean withModel) {
        ObjectNode json = Json.object();
        if (!session.kind().isEmpty()) {
            json.put("type", session.kind());
        }
        if (withModel) {
            session.model().ifPresent(model -> json.put("model", model));
        }
        session.outputModalities().ifPresent(list -> json.set("output_modalities", AudioJson.texts(list)));
        session.instructions().ifPresent(text -> json.put("instructions", text));
        writeAudio(session, json);
        session.include().ifPresent(list -> json.set("include", AudioJson.texts(list)));
        put(session.tracing(), SessionJson::write, node -> json.set("tracing", node));
        session.tools().ifPresent(tools -> json.set("tools", ToolJson.write(tools)));
        session.toolChoice().ifPresent(choice -> json.set("tool_choice", ToolJson.write(choice)));
        session.parallelToolCalls().ifPresent(flag -> json.put("parallel_tool_calls", flag));
        session.reasoningEffort()
                .ifPresent(effort -> json.putObject("reasoning").put("effort", effort));
        session.maxOutputTokens().ifPresent(limit -> write(limit, json));
        session.truncation().ifPresent(truncation -> write(truncation, json));
        put(session.prompt(), PromptJson::write, node -> json.set("prompt", node));
        return Extras.apply(session.extra(), json);
    }

    private static void writeAudio(SessionConfig session, ObjectNode json) {
        ObjectNode input = Json.object();
        session.inputFormat().ifPresent(format -> input.set("format", AudioJson.write(format)));
        put(session.transcription(), AudioJson::write, node -> input.set("transcription", node));
        put(session.noiseReduction(), AudioJson::write, node -> input.set("noise_reduction", node));
        put(session.turnDetection(), AudioJson::write, node -> input.set("turn_detection", node));
        ObjectNode output = Json.object();
        session.outputFormat().ifPresent(format -> output.set("format", AudioJson.write(format)));
        session.voice().ifPresent(voice -> output.set("voice", AudioJson.write(voice)));
        session.speed().ifPresent(speed -> output.put("speed", speed));
        if (!input.isEmpty()) {
            json.withObjectProperty("audio").set("input", input);
        }
        if (!output.isEmpty()) {
            json.withObjectProperty("audio").set("output", output);
        }
    }

    /** Absent writes nothing, cleared writes {@code null}. */
    static <T> void put(Setting<T> setting, Function<T, JsonNode> write, Consumer<JsonNode> sink) {
        if (setting.isPresent()) {
            sink.accept(setting.value().map(write).orElseGet(Json::nullNode));
        }
    }

    static void write(OutputLimit limit, ObjectNode json) {
        if (limit.tokens().isPresent()) {
            json.put("max_output_tokens", limit.tokens().getAsInt());
        } else {
            json.put("max_output_tokens", "inf");
        }
    }

    private static JsonNode write(Tracing tracing) {
        ObjectNode json = Json.object();
        if (tracing.isAuto()) {
            return json.put("tracing", "auto").path("tracing");
        }
        tracing.workflowName().ifPresent(name -> json.put("workflow_name", name));
        tracing.groupId().ifPresent(id -> json.put("group_id", id));
        tracing.metadata().ifPresent(metadata -> json.set("metadata", Json.trusted(metadata)));
        return json;
    }

    private static void write(Truncation truncation, ObjectNode json) {
        if (truncation.retentionRatio().isEmpty()) {
            json.put("truncation", truncation.mode());
            return;
        }
        ObjectNode object = json.putObject("truncation").put("type", truncation.mode());
        truncation.retentionRatio().ifPresent(ratio -> object.put("retention_ratio", ratio));
        truncation
                .postInstructionsTokens()
                .ifPresent(tokens -> object.putObject("token_limits").put("post_instructions", tokens));
    }
}
