package dev.antiphon.transport.websocket.wire;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.ExtraMembers;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.Setting;
import dev.antiphon.core.model.Voice;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Compares a typed value with JSON, each record component with the member it is named after: {@code outputIndex}
 * with {@code output_index}. Nothing of the codec takes part but the value itself. What is absent or null on the
 * wire must be empty or 0.
 */
final class TypedContent {
    /** Components whose member has another name or another place. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            entry("Created.conversationId", "/conversation/id"),
            entry("DtmfEventReceived.key", "/event"),
            entry("OutputAudioDelta.audio", "/delta"),
            entry("Segment.startSeconds", "/start"),
            entry("Segment.endSeconds", "/end"),
            entry("AudioFormat.rateHz", "/rate"),
            entry("SessionInfo.kind", "/type"),
            entry("SessionInfo.config", ""),
            entry("Response.statusReason", "/status_details/reason"),
            entry("Response.statusError", "/status_details/error"),
            entry("Response.outputFormat", "/audio/output/format"),
            entry("Response.voice", "/audio/output/voice"),
            entry("TranscriptionUsage.inputText", "/input_token_details/text_tokens"),
            entry("TranscriptionUsage.inputAudio", "/input_token_details/audio_tokens"),
            entry("Usage.inputText", "/input_token_details/text_tokens"),
            entry("Usage.inputAudio", "/input_token_details/audio_tokens"),
            entry("Usage.inputImage", "/input_token_details/image_tokens"),
            entry("Usage.cachedTokens", "/input_token_details/cached_tokens"),
            entry("Usage.cachedText", "/input_token_details/cached_tokens_details/text_tokens"),
            entry("Usage.cachedAudio", "/input_token_details/cached_tokens_details/audio_tokens"),
            entry("Usage.cachedImage", "/input_token_details/cached_tokens_details/image_tokens"),
            entry("Usage.outputText", "/output_token_details/text_tokens"),
            entry("Usage.outputAudio", "/output_token_details/audio_tokens"));

    /** Lists of texts whose elements are objects on the wire, and the member that is the text. */
    private static final Map<String, String> TEXT_OF_ELEMENT = Map.of("Completed.languages", "/code");

    private final Set<String> compared = new TreeSet<>();

    private TypedContent() {}

    /**
     * Compares the whole of an event.
     *
     * @return pointers to what a typed value stands for
     */
    static Set<String> compare(Record event, JsonNode json) {
        TypedContent content = new TypedContent();
        content.components(event, json, "");
        return content.compared;
    }

    private void components(Record record, JsonNode json, String at) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String name = record.getClass().getSimpleName() + "." + component.getName();
            Object value = valueOf(component, record);
            String pointer = ELSEWHERE.getOrDefault(name, "/" + wireName(component.getName()));
            if (value instanceof Envelope envelope) {
                value(envelope.type(), json.path("type"), at + "/type");
                value(envelope.eventId(), json.path("event_id"), at + "/event_id");
                Vectors.assertEqual(Vectors.JSON.readTree(envelope.raw().text()), json);
            } else if (component.getName().equals("raw")) {
                Vectors.assertEqual(Vectors.JSON.readTree(((RawJson) value).text()), json);
            } else if (value instanceof List<?> list) {
                elements(list, json.at(pointer), at + pointer, TEXT_OF_ELEMENT.getOrDefault(name, ""));
            } else if (!(value instanceof ExtraMembers)) {
                value(value, json.at(pointer), at + pointer);
            }
        }
    }

    private void elements(List<?> list, JsonNode json, String at, String inside) {
        assertThat(list).as(at).hasSize(json.size());
        for (int i = 0; i < list.size(); i++) {
            value(list.get(i), json.get(i).at(inside), at + "/" + i + inside);
        }
    }

    private void value(Object value, JsonNode json, String at) {
        if (value instanceof Optional<?> optional) {
            optional.ifPresentOrElse(inner -> value(inner, json, at), () -> assertAbsent(json, at));
        } else if (value instanceof OptionalInt optional) {
            optional.ifPresentOrElse(number -> value(number, json, at), () -> assertAbsent(json, at));
        } else if (value instanceof OptionalLong optional) {
            optional.ifPresentOrElse(number -> value(number, json, at), () -> assertAbsent(json, at));
        } else if (value instanceof OptionalDouble optional) {
            optional.ifPresentOrElse(number -> value(number, json, at), () -> assertAbsent(json, at));
        } else if (value instanceof Setting<?> setting) {
            assertThat(setting.isAbsent()).as(at).isEqualTo(json.isMissingNode());
            value(setting.value(), json, at);
        } else if (value instanceof List<?> list) {
            elements(list, json, at, "");
        } else if (value instanceof SessionConfig config) {
            configuration(config, json, at);
        } else if (value instanceof Voice voice) {
            value(voice.value(), voice.isCustom() ? json.path("id") : json, voice.isCustom() ? at + "/id" : at);
        } else if (value instanceof Role role) {
            value(role.wire(), json, at);
        } else if (value instanceof Record record && !(value instanceof RawJson)) {
            components(record, json, at);
        } else {
            compared.add(at);
            leaf(value, json, at);
        }
    }

    private static void leaf(Object value, JsonNode json, String at) {
        if (value instanceof String text) {
            assertThat(text).as(at).isEqualTo(isAbsent(json) ? "" : json.stringValue());
        } else if (value instanceof Boolean flag) {
            assertThat(flag).as(at).isEqualTo(!isAbsent(json) && json.booleanValue());
        } else if (value instanceof Number number) {
            assertThat(new BigDecimal(number.toString()))
                    .as(at)
                    .isEqualByComparingTo(isAbsent(json) ? BigDecimal.ZERO : json.decimalValue());
        } else if (value instanceof AudioData audio) {
            assertThat(base64(audio)).as(at).isEqualTo(json.stringValue());
        } else if (value instanceof RawJson raw) {
            Vectors.assertEqual(Vectors.JSON.readTree(raw.text()), json);
        } else if (value instanceof Map<?, ?> texts) {
            assertThat(texts).as(at).hasSize(json.size());
            texts.forEach((name, text) ->
                    assertThat(text).as(at).isEqualTo(json.path((String) name).stringValue()));
        } else {
            throw new AssertionError(at + ": no rule compares a " + value.getClass());
        }
    }

    /** The members of a configuration that are values of their own; the others are written back and compared. */
    private void configuration(SessionConfig config, JsonNode json, String at) {
        Map<String, Object> members = Map.ofEntries(
                entry("/model", config.model()),
                entry("/output_modalities", config.outputModalities()),
                entry("/instructions", config.instructions()),
                entry("/include", config.include()),
                entry("/parallel_tool_calls", config.parallelToolCalls()),
                entry("/reasoning/effort", config.reasoningEffort()),
                entry("/audio/input/format", config.inputFormat()),
                entry("/audio/input/transcription", config.transcription()),
                entry("/audio/input/noise_reduction", config.noiseReduction()),
                entry("/audio/input/turn_detection", config.turnDetection()),
                entry("/audio/output/format", config.outputFormat()),
                entry("/audio/output/voice", config.voice()),
                entry("/audio/output/speed", config.speed()));
        members.forEach((pointer, value) -> value(value, json.at(pointer), at + pointer));
    }

    /** As it came, where the value decodes only when asked: a published example holds audio that is cut off. */
    private static String base64(AudioData audio) {
        return audio instanceof Base64Audio lazy
                ? lazy.text()
                : Base64.getEncoder().encodeToString(audio.bytes());
    }

    private static void assertAbsent(JsonNode json, String at) {
        assertThat(isAbsent(json)).as(at + " is absent").isTrue();
    }

    private static boolean isAbsent(JsonNode json) {
        return json.isMissingNode() || json.isNull();
    }

    /** {@code audioEndMillis} is {@code audio_end_ms}, {@code expiresAtEpochSecond} is {@code expires_at}. */
    private static String wireName(String component) {
        String name = component.replaceFirst("EpochSecond$", "").replaceFirst("Millis$", "Ms");
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static Object valueOf(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record component that cannot be read", e);
        }
    }
}
