package dev.antiphon.testkit.simulator.persona;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An answer: one or more outputs in order, each of which becomes an item of the response. Immutable.
 *
 * <pre>{@code
 * Reply.say("One moment.").thenCall("lookup", "{\"seat\":\"7C\"}")
 * }</pre>
 */
public final class Reply {
    /** One output item. */
    public sealed interface Output
            permits Speech, ToolCall, Approved, Sound, Speaking, Echo, Pause, Passage, Failure, CutShort {}

    /** A message; spoken when the response asks for audio, written when it asks for text. */
    public record Speech(String text) implements Output {
        @Override
        public String toString() {
            return "Speech[" + text.length() + " characters]";
        }
    }

    /**
     * A function call, or the call of an MCP tool named {@code SERVER/TOOL}. What comes behind an MCP call is
     * said in the same response; the tool's output is what the next response sees.
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
     * A call of an MCP tool that the client has approved. The simulator makes these.
     *
     * @param requestId the item that asked for approval
     */
    public record Approved(ToolCall call, String requestId) implements Output {}

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

    /** A spoken message of this length, in no language. */
    public record Speaking(Duration length) implements Output {}

    /** The sound of the newest user message, as a message of the assistant; its text if it had no sound. */
    public record Echo() implements Output {}

    /** No output: the response waits, by the simulator's clock. */
    public record Pause(Duration length) implements Output {}

    /**
     * No output: the response waits until it is let through.
     *
     * @param guard is given what to run, from any thread, when the response may go on
     */
    public record Passage(Consumer<Runnable> guard) implements Output {}

    /** Ends the response with status {@code failed}. */
    public record Failure(String type, String code) implements Output {}

    /** Ends the response with status {@code incomplete}, for this reason. */
    public record CutShort(String reason) implements Output {}

    private final List<Output> outputs;

    private Reply(List<Output> outputs) {
        this.outputs = List.copyOf(outputs);
    }

    /** A reply of these outputs. */
    public static Reply of(List<Output> outputs) {
        return new Reply(outputs);
    }

    /** A reply of one output. */
    public static Reply of(Output output) {
        return new Reply(List.of(output));
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

    /** A response that ends before its time, for example because of {@code content_filter}; see {@link #then}. */
    public static Reply cutShort(String reason) {
        return new Reply(List.of(new CutShort(reason)));
    }

    /** Speech-like sound of this length. */
    public static Reply speak(Duration length) {
        return new Reply(List.of(new Speaking(length)));
    }

    /** The user's own sound, played back. */
    public static Reply echo() {
        return new Reply(List.of(new Echo()));
    }

    /** Waits this long, by the simulator's clock; see {@link #then}. */
    public static Reply pause(Duration length) {
        return new Reply(List.of(new Pause(length)));
    }

    /** Waits until the guard runs what it is given, from any thread; see {@link #then}. */
    public static Reply waitFor(Consumer<Runnable> guard) {
        return new Reply(List.of(new Passage(guard)));
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

    /** The outputs of another reply behind those of this one. */
    public Reply then(Reply next) {
        List<Output> all = new ArrayList<>(outputs);
        all.addAll(next.outputs);
        return new Reply(all);
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
