package dev.antiphon.testkit.simulator.persona;

import java.util.ArrayList;
import java.util.List;

/**
 * An answer: one or more outputs in order, each of which becomes an item of the response. Immutable.
 *
 * <pre>{@code
 * Reply.say("One moment.").thenCall("lookup", "{\"seat\":\"7C\"}")
 * }</pre>
 */
public final class Reply {
    /** One output item. */
    public sealed interface Output permits Speech, ToolCall, Sound, Failure {}

    /** A message; spoken when the response asks for audio, written when it asks for text. */
    public record Speech(String text) implements Output {
        @Override
        public String toString() {
            return "Speech[" + text.length() + " characters]";
        }
    }

    /**
     * A function call.
     *
     * @param arguments JSON text, sent as it is
     */
    public record ToolCall(String name, String arguments) implements Output {
        @Override
        public String toString() {
            return "ToolCall[" + name + "]";
        }
    }

    /**
     * A spoken message with sound of the caller's choice. In a text response only the transcript is sent.
     */
    public static final class Sound implements Output {
        private final String transcript;
        private final short[] samples;

        private Sound(String transcript, short[] samples) {
            this.transcript = transcript;
            this.samples = samples;
        }

        public String transcript() {
            return transcript;
        }

        /** 24 kHz mono; the array itself, not a copy. */
        public short[] samples() {
            return samples;
        }

        @Override
        public String toString() {
            return "Sound[" + samples.length + " samples]";
        }
    }

    /** Ends the response with status {@code failed}. */
    public record Failure(String type, String code) implements Output {}

    private final List<Output> outputs;

    private Reply(List<Output> outputs) {
        this.outputs = List.copyOf(outputs);
    }

    public static Reply say(String text) {
        return new Reply(List.of(new Speech(text)));
    }

    public static Reply call(String tool, String argumentsJson) {
        return new Reply(List.of(new ToolCall(tool, argumentsJson)));
    }

    /** A spoken message with the caller's own sound: 24 kHz mono samples, not copied. */
    public static Reply play(String transcript, short[] samples) {
        return new Reply(List.of(new Sound(transcript, samples)));
    }

    /** A response that fails, for example with type {@code server_error} and code {@code overloaded}. */
    public static Reply fail(String type, String code) {
        return new Reply(List.of(new Failure(type, code)));
    }

    /** A response that completes without any output. */
    public static Reply nothing() {
        return new Reply(List.of());
    }

    public Reply thenSay(String text) {
        return with(new Speech(text));
    }

    public Reply thenCall(String tool, String argumentsJson) {
        return with(new ToolCall(tool, argumentsJson));
    }

    public Reply thenFail(String type, String code) {
        return with(new Failure(type, code));
    }

    private Reply with(Output output) {
        List<Output> more = new ArrayList<>(outputs);
        more.add(output);
        return new Reply(more);
    }

    public List<Output> outputs() {
        return outputs;
    }

    @Override
    public String toString() {
        return "Reply" + outputs;
    }
}
