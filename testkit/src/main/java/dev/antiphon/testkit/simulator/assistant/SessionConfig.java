package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.WireAudio;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The effective configuration of a session. An update changes only the members that are present; a member
 * that is present and null switches its feature off.
 */
public final class SessionConfig {
    private static final String DEFAULT_INSTRUCTIONS =
            "You are a helpful assistant. Answer briefly, in the language of the user.";

    private final ObjectNode tree;

    private SessionConfig(ObjectNode tree) {
        this.tree = tree;
    }

    /** What a conversation starts with when nobody configured anything. */
    public static SessionConfig realtime(String model) {
        ObjectNode session = Json.object();
        session.put("type", "realtime");
        session.put("model", model);
        session.putArray("output_modalities").add("audio");
        session.put("instructions", DEFAULT_INSTRUCTIONS);
        session.putArray("tools");
        session.put("tool_choice", "auto");
        session.put("max_output_tokens", "inf");
        session.putNull("tracing");
        session.put("truncation", "auto");
        session.putNull("prompt");
        session.putNull("include");
        ObjectNode audio = session.putObject("audio");
        putInput(audio);
        ObjectNode output = audio.putObject("output");
        output.putObject("format").put("type", "audio/pcm").put("rate", WireAudio.SAMPLE_RATE);
        output.put("voice", "marin");
        output.put("speed", 1.0);
        return new SessionConfig(session);
    }

    /** What a transcription session starts with. */
    public static SessionConfig transcription() {
        ObjectNode session = Json.object();
        session.put("type", "transcription");
        session.putNull("include");
        putInput(session.putObject("audio"));
        return new SessionConfig(session);
    }

    /**
     * The configuration a call is created with.
     *
     * @param session the session object of the request; checked here
     */
    public static SessionConfig ofCall(ObjectNode session, String defaultModel) throws InvalidEvent {
        Shapes.checkSession("session", session);
        boolean realtime = session.path("type").asString("").equals("realtime");
        SessionConfig config =
                realtime ? realtime(session.path("model").asString(defaultModel)) : SessionConfig.transcription();
        config.checkTranscriber(session);
        config.merge(session);
        return config;
    }

    private static void putInput(ObjectNode audio) {
        ObjectNode input = audio.putObject("input");
        input.putObject("format").put("type", "audio/pcm").put("rate", WireAudio.SAMPLE_RATE);
        input.putNull("transcription");
        input.putNull("noise_reduction");
        input.set("turn_detection", turnDetectionDefaults("server_vad"));
    }

    private static ObjectNode turnDetectionDefaults(String type) {
        ObjectNode detection = Json.object();
        detection.put("type", type);
        if (type.equals("semantic_vad")) {
            detection.put("eagerness", "auto");
        } else {
            detection.put("threshold", 0.5);
            detection.put("prefix_padding_ms", 300);
            detection.put("silence_duration_ms", 500);
            detection.putNull("idle_timeout_ms");
        }
        detection.put("create_response", true);
        detection.put("interrupt_response", true);
        return detection;
    }

    /**
     * Applies a checked {@code session} object.
     *
     * @param voiceIsFixed true once the assistant has spoken
     * @param speaking whether a response is under way
     * @throws InvalidEvent if something cannot change; nothing has changed then
     */
    void update(JsonNode session, boolean voiceIsFixed, boolean speaking) throws InvalidEvent {
        String type = session.path("type").asString("");
        if (!type.equals(type())) {
            throw InvalidEvent.value(
                    "session.type", "A session of type '" + type() + "' cannot become '" + type + "'.");
        }
        if (session.has("model") && !session.path("model").equals(tree.path("model"))) {
            throw InvalidEvent.value("session.model", "The model of a running session cannot be changed.");
        }
        JsonNode tracing = tree.path("tracing");
        if (!tracing.isNull()
                && session.has("tracing")
                && !session.path("tracing").equals(tracing)) {
            throw InvalidEvent.value("session.tracing", "Tracing cannot be changed once it is on.");
        }
        JsonNode voice = Json.at(session, "audio", "output", "voice");
        if (voiceIsFixed && !voice.isMissingNode() && !voice.equals(Json.at(tree, "audio", "output", "voice"))) {
            throw new InvalidEvent(
                    "cannot_update_voice",
                    "session.audio.output.voice",
                    "The voice cannot be changed once the assistant has spoken.");
        }
        JsonNode speed = Json.at(session, "audio", "output", "speed");
        if (speaking && speed.isNumber() && speed.asDouble() != speed()) {
            throw InvalidEvent.value(
                    "session.audio.output.speed", "The speed cannot be changed while the assistant speaks.");
        }
        checkTranscriber(session);
        merge(session);
    }

    /** This model hears one stretch after the other, as the client cuts them. */
    private void checkTranscriber(JsonNode session) throws InvalidEvent {
        JsonNode input = Json.at(session, "audio", "input");
        JsonNode transcription = input.has("transcription")
                ? input.path("transcription")
                : Json.at(tree, "audio", "input", "transcription");
        JsonNode detection = input.has("turn_detection") ? input.path("turn_detection") : turnDetection();
        if (transcription.path("model").asString("").equals("gpt-realtime-whisper") && detection.isObject()) {
            throw InvalidEvent.value(
                    "session.audio.input.turn_detection", "gpt-realtime-whisper needs turn_detection to be null.");
        }
    }

    private void merge(JsonNode session) {
        for (Map.Entry<String, JsonNode> member : session.properties()) {
            if (member.getKey().equals("audio")) {
                mergeAudio(member.getValue());
            } else if (!member.getKey().equals("type")) {
                tree.set(member.getKey(), member.getValue());
            }
        }
    }

    private void mergeAudio(JsonNode audio) {
        for (Map.Entry<String, JsonNode> side : audio.properties()) {
            ObjectNode target = (ObjectNode) Json.at(tree, "audio", side.getKey());
            for (Map.Entry<String, JsonNode> member : side.getValue().properties()) {
                target.set(member.getKey(), merged(target, member));
            }
        }
    }

    private static JsonNode merged(ObjectNode target, Map.Entry<String, JsonNode> member) {
        JsonNode given = member.getValue();
        if (!member.getKey().equals("turn_detection") || !given.isObject()) {
            return given;
        }
        JsonNode current = target.path("turn_detection");
        String type = given.path("type").asString(current.path("type").asString("server_vad"));
        ObjectNode result = current.path("type").asString("").equals(type)
                ? (ObjectNode) current.deepCopy()
                : turnDetectionDefaults(type);
        for (Map.Entry<String, JsonNode> part : given.properties()) {
            result.set(part.getKey(), part.getValue());
        }
        return result;
    }

    /** A copy as the service shows it, in {@code session.created} for example. */
    public ObjectNode describe(String id, long expiresAt) {
        ObjectNode session = tree.deepCopy();
        session.remove("parallel_tool_calls");
        if (Json.at(session, "audio", "input", "transcription") instanceof ObjectNode transcription) {
            transcription.remove(List.of("keywords", "delay"));
        }
        session.put("id", id);
        session.put("object", isTranscription() ? "realtime.transcription_session" : "realtime.session");
        session.put("expires_at", expiresAt);
        return session;
    }

    String type() {
        return tree.path("type").asString("");
    }

    boolean isTranscription() {
        return type().equals("transcription");
    }

    String model() {
        return tree.path("model").asString("");
    }

    String instructions() {
        return tree.path("instructions").asString("");
    }

    JsonNode turnDetection() {
        return Json.at(tree, "audio", "input", "turn_detection");
    }

    boolean detectsTurns() {
        return turnDetection().isObject();
    }

    /** Name of the model that transcribes what the user says. */
    String transcriber() {
        return Json.at(tree, "audio", "input", "transcription", "model").asString("");
    }

    boolean includesLogprobs() {
        return tree.path("include")
                .valueStream()
                .anyMatch(one -> one.asString("").equals("item.input_audio_transcription.logprobs"));
    }

    boolean transcribesInput() {
        return Json.at(tree, "audio", "input", "transcription").isObject();
    }

    WireAudio inputFormat() {
        return WireAudio.ofMimeType(
                Json.at(tree, "audio", "input", "format", "type").asString(""));
    }

    double speed() {
        return Json.at(tree, "audio", "output", "speed").asDouble(1.0);
    }

    /** A setting of the session that a response may override. */
    JsonNode setting(JsonNode response, String... path) {
        JsonNode own = Json.at(response, path);
        return own.isMissingNode() || own.isNull() ? Json.at(tree, path) : own;
    }

    JsonNode tools() {
        return tree.path("tools");
    }

    /** Names of the function tools that may be called, those of the response instead if it brings its own. */
    List<String> toolNames(JsonNode response) {
        List<String> names = new ArrayList<>();
        if (setting(response, "tool_choice").asString("").equals("none")) {
            return names;
        }
        for (JsonNode tool : setting(response, "tools")) {
            if (tool.path("type").asString("function").equals("function")) {
                names.add(tool.path("name").asString(""));
            }
        }
        return names;
    }
}
