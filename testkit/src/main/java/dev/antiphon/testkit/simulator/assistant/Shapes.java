package dev.antiphon.testkit.simulator.assistant;

import static dev.antiphon.testkit.simulator.assistant.Shape.any;
import static dev.antiphon.testkit.simulator.assistant.Shape.arrayOf;
import static dev.antiphon.testkit.simulator.assistant.Shape.bool;
import static dev.antiphon.testkit.simulator.assistant.Shape.either;
import static dev.antiphon.testkit.simulator.assistant.Shape.fields;
import static dev.antiphon.testkit.simulator.assistant.Shape.integer;
import static dev.antiphon.testkit.simulator.assistant.Shape.number;
import static dev.antiphon.testkit.simulator.assistant.Shape.object;
import static dev.antiphon.testkit.simulator.assistant.Shape.string;
import static dev.antiphon.testkit.simulator.assistant.Shape.stringOf;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The client events of the Realtime API and what they carry. */
final class Shapes {
    private static final Shape AUDIO_FORMAT = fields().with("type", stringOf("audio/pcm", "audio/pcmu", "audio/pcma"))
            .with("rate", integer(24_000, 24_000));

    private static final Shape VOICE = either(fields().need("id", string()), string());

    private static final Shape TOOL_CHOICE = either(
            fields().need("type", stringOf("function", "mcp"))
                    .with("name", string().orNull())
                    .with("server_label", string()),
            stringOf("auto", "none", "required"));

    private static final Shape TOOL = byType(
            Map.of(
                    "function",
                    fields().with("type", string())
                            .need("name", string())
                            .with("description", string())
                            .with("parameters", object().orNull()),
                    "mcp",
                    fields().with("type", string())
                            .need("server_label", string())
                            .with("server_url", string())
                            .with("connector_id", string())
                            .with("tunnel_id", string())
                            .with("authorization", string())
                            .with("headers", object().orNull())
                            .with("server_description", string())
                            .with("allowed_tools", any())
                            .with("allowed_callers", any())
                            .with("require_approval", any())
                            .with("defer_loading", bool())),
            "function");

    private static final Shape TURN_DETECTION = byType(
            Map.of(
                    "server_vad",
                    fields().with("type", string())
                            .with("threshold", number(0, 1))
                            .with("prefix_padding_ms", integer(0, 60_000))
                            .with("silence_duration_ms", integer(0, 60_000))
                            .with("create_response", bool())
                            .with("interrupt_response", bool())
                            .with("idle_timeout_ms", integer(5_000, 30_000).orNull()),
                    "semantic_vad",
                    fields().with("type", string())
                            .with("eagerness", stringOf("low", "medium", "high", "auto"))
                            .with("create_response", bool())
                            .with("interrupt_response", bool())
                            .with("model_version", string())),
            "server_vad");

    private static final Shape TRANSCRIPTION = fields().with("model", string())
            .with("language", string())
            .with("languages", arrayOf(string()))
            .with("keywords", arrayOf(string()))
            .with("prompt", string())
            .with("delay", string());

    private static final Shape NOISE_REDUCTION =
            fields().with("type", stringOf("near_field", "far_field")).with("strength", number(0, 1));

    private static final Shape PROMPT =
            fields().need("id", string()).with("version", string().orNull()).with("variables", object().orNull());

    private static final Shape REASONING =
            fields().with("effort", stringOf("minimal", "low", "medium", "high", "xhigh"));

    /** Protocol limits: 16 pairs, names of 64 and values of 512 characters. */
    private static final Shape METADATA = (path, value) -> {
        object().check(path, value);
        if (value.size() > 16) {
            throw InvalidEvent.value(path, "Invalid value for '" + path + "': more than 16 pairs.");
        }
        for (Map.Entry<String, JsonNode> pair : value.properties()) {
            string().check(path + "." + pair.getKey(), pair.getValue());
            if (pair.getKey().length() > 64 || pair.getValue().stringValue().length() > 512) {
                throw InvalidEvent.value(
                        path + "." + pair.getKey(),
                        "Invalid value for '" + path + "': names have up to 64 characters, values up to 512.");
            }
        }
    };

    private static final Shape MAX_TOKENS = either(stringOf("inf"), integer(1, 4_096));

    private static final Shape MODALITIES = (path, value) -> {
        arrayOf(stringOf("audio", "text")).check(path, value);
        if (value.size() != 1) {
            throw InvalidEvent.value(path, "Invalid value for '" + path + "': expected [\"audio\"] or [\"text\"].");
        }
    };

    private static final Shape AUDIO_INPUT = fields().with("format", AUDIO_FORMAT)
            .with("transcription", TRANSCRIPTION.orNull())
            .with("noise_reduction", NOISE_REDUCTION.orNull())
            .with("turn_detection", TURN_DETECTION.orNull());

    private static final Shape SESSION = byType(
            Map.of(
                    "realtime",
                    fields().with("type", string())
                            .with("model", string())
                            .with("output_modalities", MODALITIES)
                            .with("instructions", string())
                            .with(
                                    "audio",
                                    fields().with("input", AUDIO_INPUT)
                                            .with(
                                                    "output",
                                                    fields().with("format", AUDIO_FORMAT)
                                                            .with("voice", VOICE)
                                                            .with("speed", number(0.25, 1.5))))
                            .with("include", arrayOf(string()).orNull())
                            .with("tracing", either(object(), stringOf("auto")).orNull())
                            .with("tools", arrayOf(TOOL))
                            .with("tool_choice", TOOL_CHOICE)
                            .with("parallel_tool_calls", bool())
                            .with("reasoning", REASONING)
                            .with("max_output_tokens", MAX_TOKENS)
                            .with("truncation", either(object(), stringOf("auto", "disabled")))
                            .with("prompt", PROMPT.orNull()),
                    "transcription",
                    fields().with("type", string())
                            .with("audio", fields().with("input", AUDIO_INPUT))
                            .with("include", arrayOf(string()).orNull())),
            "");

    private static final Shape CONTENT = byType(
            Map.of(
                    "input_text", fields().with("type", string()).with("text", string()),
                    "input_audio",
                            fields().with("type", string())
                                    .with("audio", string())
                                    .with("transcript", string().orNull()),
                    "input_image",
                            fields().with("type", string())
                                    .with("image_url", string())
                                    .with("detail", stringOf("auto", "low", "high")),
                    "output_text", fields().with("type", string()).with("text", string()),
                    "output_audio",
                            fields().with("type", string())
                                    .with("audio", string())
                                    .with("transcript", string().orNull())),
            "");

    /** What may stand in a message depends on who speaks. */
    private static final Map<String, List<String>> PARTS = Map.of(
            "user", List.of("input_text", "input_audio", "input_image"),
            "system", List.of("input_text"),
            "developer", List.of("input_text"),
            "assistant", List.of("output_text", "output_audio"));

    private static final Shape MESSAGE = (path, value) -> {
        item().need("role", stringOf("system", "developer", "user", "assistant"))
                .need("content", arrayOf(CONTENT))
                .check(path, value);
        List<String> allowed = PARTS.getOrDefault(value.path("role").asString(""), List.of());
        int index = 0;
        for (JsonNode part : value.path("content")) {
            stringOf(allowed.toArray(new String[0])).check(path + ".content[" + index + "].type", part.path("type"));
            index++;
        }
    };

    private static final Shape ITEM = byType(
            Map.of(
                    "message",
                    MESSAGE,
                    "function_call",
                    item().with("call_id", string()).need("name", string()).need("arguments", string()),
                    "function_call_output",
                    item().need("call_id", string()).need("output", string()),
                    "mcp_approval_response",
                    item().need("approval_request_id", string())
                            .need("approve", bool())
                            .with("reason", string().orNull())),
            "");

    private static final Shape ITEM_OR_REFERENCE = (path, value) -> {
        if (value.path("type").asString("").equals("item_reference")) {
            fields().with("type", string()).need("id", string()).check(path, value);
        } else {
            ITEM.check(path, value);
        }
    };

    private static final Shape RESPONSE = fields().with("output_modalities", MODALITIES)
            .with("instructions", string())
            .with(
                    "audio",
                    fields().with(
                                    "output",
                                    fields().with("format", AUDIO_FORMAT).with("voice", VOICE)))
            .with("tools", arrayOf(TOOL))
            .with("tool_choice", TOOL_CHOICE)
            .with("parallel_tool_calls", bool())
            .with("reasoning", REASONING)
            .with("max_output_tokens", MAX_TOKENS)
            .with("conversation", string())
            .with("metadata", METADATA.orNull())
            .with("prompt", PROMPT.orNull())
            .with("input", arrayOf(ITEM_OR_REFERENCE));

    private static final Map<String, Shape> EVENTS = Map.ofEntries(
            Map.entry("session.update", event().need("session", SESSION)),
            Map.entry("input_audio_buffer.append", event().need("audio", string())),
            Map.entry("input_audio_buffer.commit", event()),
            Map.entry("input_audio_buffer.clear", event()),
            Map.entry(
                    "conversation.item.create", event().need("item", ITEM).with("previous_item_id", string().orNull())),
            Map.entry("conversation.item.retrieve", event().need("item_id", string())),
            Map.entry(
                    "conversation.item.truncate",
                    event().need("item_id", string())
                            .need("content_index", integer(0, Integer.MAX_VALUE))
                            .need("audio_end_ms", integer(0, Integer.MAX_VALUE))),
            Map.entry("conversation.item.delete", event().need("item_id", string())),
            Map.entry("response.create", event().with("response", RESPONSE.orNull())),
            Map.entry("response.cancel", event().with("response_id", string())),
            Map.entry("output_audio_buffer.clear", event()));

    private static final Shape TRANSLATION = fields().with(
                    "audio",
                    fields().with(
                                    "input",
                                    fields().with(
                                                    "transcription",
                                                    fields().need("model", string())
                                                            .orNull())
                                            .with("noise_reduction", NOISE_REDUCTION.orNull()))
                            .with("output", fields().with("language", string())));

    private static final Shape TRANSLATION_SECRET =
            fields().need("model", string()).with("audio", any());

    private static final Map<String, Shape> TRANSLATION_EVENTS = Map.of(
            "session.update",
            event().need("session", TRANSLATION),
            "session.input_audio_buffer.append",
            event().need("audio", string()),
            "session.close",
            event());

    private Shapes() {}

    /**
     * Checks a whole client event.
     *
     * @throws InvalidEvent naming the first fault
     */
    static void checkEvent(String type, JsonNode event) throws InvalidEvent {
        checkEvent(EVENTS, type, event);
    }

    /** The same for an event of a translation session. */
    static void checkTranslationEvent(String type, JsonNode event) throws InvalidEvent {
        checkEvent(TRANSLATION_EVENTS, type, event);
    }

    private static void checkEvent(Map<String, Shape> events, String type, JsonNode event) throws InvalidEvent {
        Shape shape = events.get(type);
        if (shape == null) {
            throw InvalidEvent.value("type", "Unknown event type. Supported types are: " + events.keySet() + ".");
        }
        shape.check("", event);
    }

    /** Checks the session a translation secret is minted for. */
    static void checkTranslation(String path, JsonNode session) throws InvalidEvent {
        TRANSLATION_SECRET.check(path, session);
    }

    /** Checks a session object that stands at {@code path}. */
    static void checkSession(String path, JsonNode session) throws InvalidEvent {
        SESSION.check(path, session);
    }

    private static Shape.Fields event() {
        return fields().with("type", string()).with("event_id", (path, value) -> {
            string().check(path, value);
            if (value.stringValue().length() > 512) {
                throw InvalidEvent.value(path, "Invalid 'event_id': longer than 512 characters.");
            }
        });
    }

    private static Shape.Fields item() {
        return fields().with("type", string())
                .with("id", string())
                .with("object", stringOf("realtime.item"))
                .with("status", stringOf("completed", "incomplete", "in_progress"));
    }

    /** A union told apart by {@code type}; an absent type means {@code otherwise}, or an error if that is empty. */
    private static Shape byType(Map<String, Shape> kinds, String otherwise) {
        return (path, value) -> {
            object().check(path, value);
            JsonNode type = value.path("type");
            String name = type.isMissingNode() ? otherwise : type.asString("");
            if (name.isEmpty() && type.isMissingNode()) {
                throw InvalidEvent.missing(path + ".type");
            }
            Shape shape = kinds.get(name);
            if (shape == null) {
                throw InvalidEvent.value(
                        path + ".type",
                        "Invalid value for '" + path + ".type': expected one of " + kinds.keySet() + ".");
            }
            shape.check(path, value);
        };
    }
}
