package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.SessionConfig;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What became of one recorded event. */
public final class Inspection {
    /** What became of an event. */
    public enum Outcome {
        /** It has a type of its own. */
        ACCEPTED("accepted"),
        /** Well-formed, of a type that this version does not know; kept whole. */
        UNKNOWN_KEPT("unknown-kept"),
        /** No valid event. */
        DECODE_ERROR("decode-error");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /** As printed. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** What an event says about the formats of the audio of both sides. */
    record Formats(Optional<AudioFormat> input, Optional<AudioFormat> output) {
        static final Formats UNSAID = new Formats(Optional.empty(), Optional.empty());

        static Formats of(SessionConfig session) {
            return new Formats(session.inputFormat(), session.outputFormat());
        }
    }

    private final Outcome outcome;
    private final String type;
    private final Optional<JsonNode> json;
    private final String reason;
    private final Optional<AudioData> audio;
    private final Formats formats;

    private Inspection(
            Outcome outcome,
            String type,
            Optional<JsonNode> json,
            String reason,
            Optional<AudioData> audio,
            Formats formats) {
        this.outcome = outcome;
        this.type = type;
        this.json = json;
        this.reason = reason;
        this.audio = audio;
        this.formats = formats;
    }

    static Inspection accepted(String type, JsonNode json, Optional<AudioData> audio, Formats formats) {
        return new Inspection(Outcome.ACCEPTED, type, Optional.of(json), "", audio, formats);
    }

    static Inspection unknown(String type, JsonNode json) {
        return new Inspection(Outcome.UNKNOWN_KEPT, type, Optional.of(json), "", Optional.empty(), Formats.UNSAID);
    }

    static Inspection decodeError(String type, String reason) {
        return new Inspection(Outcome.DECODE_ERROR, type, Optional.empty(), reason, Optional.empty(), Formats.UNSAID);
    }

    public Outcome outcome() {
        return outcome;
    }

    /** The event type, as far as it could be read; else empty. */
    public String type() {
        return type;
    }

    /** The event written anew, on one line; empty for a decode error. */
    public Optional<String> json() {
        return json.map(JsonWriter::text);
    }

    /** The event written anew, laid out for people; empty for a decode error. */
    public Optional<String> prettyJson() {
        return json.map(JsonWriter::prettyText);
    }

    /** What is wrong, without content of the event; empty unless it is a decode error. */
    public String reason() {
        return reason;
    }

    /** The audio that this event carries, of an audio delta or an append. */
    public Optional<AudioData> audio() {
        return audio;
    }

    /** The format of the audio that the client sends from here on, where this event says so. */
    public Optional<AudioFormat> inputFormat() {
        return formats.input();
    }

    /**
     * The format of the audio that the server sends from here on, where this event says so; of
     * {@code response.created}, the format of that response alone.
     */
    public Optional<AudioFormat> outputFormat() {
        return formats.output();
    }

    @Override
    public String toString() {
        return "Inspection[" + outcome + ", " + type + "]";
    }
}
