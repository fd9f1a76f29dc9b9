package dev.antiphon.testkit.simulator.persona;

import dev.antiphon.testkit.simulator.audio.WireAudio;
import java.time.Duration;
import java.util.Locale;

/**
 * Decides what the simulated assistant answers.
 *
 * <p>Called once for each response, on the simulator's only thread: it must not block. An exception ends
 * that response with status {@code failed}; the session goes on.
 */
@FunctionalInterface
public interface Persona {
    /** The answer to the conversation as it stands. */
    Reply reply(Turn turn);

    /**
     * What input transcription reports for a piece of committed audio.
     *
     * @param heard playing time of the audio
     */
    default String transcribe(Duration heard) {
        return "(" + seconds(heard) + " of speech)";
    }

    /**
     * The persona of a simulator that was told nothing else. It shows that it understood: it quotes the
     * user's text, names the length of the audio it heard, and reports the result of a tool. A text of
     * the form {@code call NAME} or {@code call NAME {"json":"arguments"}} calls the tool of that name if
     * the session has it; {@code tone HERTZ} is answered with two seconds of that tone, which is easier to
     * recognise than speech. Where {@code tool_choice} wants a tool called, it is called without arguments.
     */
    static Persona attentive() {
        return Persona::answerAttentively;
    }

    /** A persona that always gives the same answer. */
    static Persona saying(String text) {
        return turn -> Reply.say(text);
    }

    /** A persona that plays the user's own sound back, and quotes what was written. */
    static Persona echoing() {
        return turn -> Reply.echo();
    }

    private static Reply answerAttentively(Turn turn) {
        if (turn.forcedTool().isPresent()) {
            return Reply.call(turn.forcedTool().get(), "{}");
        }
        if (turn.toolOutput().isPresent()) {
            return Reply.say("The tool answered: " + shorten(turn.toolOutput().get()));
        }
        if (turn.audioHeard().isPresent()) {
            return Reply.say("I heard " + seconds(turn.audioHeard().get()) + " of audio.");
        }
        if (turn.userText().isEmpty()) {
            return Reply.say("Hello, I am the simulated assistant.");
        }
        String text = turn.userText().get();
        for (String tool : turn.tools()) {
            String command = "call " + tool;
            if (text.strip().equals(command) || text.strip().startsWith(command + " ")) {
                String arguments = text.strip().substring(command.length()).strip();
                return Reply.call(tool, arguments.isEmpty() ? "{}" : arguments);
            }
        }
        if (text.strip().matches("tone \\d{2,5}")) {
            return tone(Integer.parseInt(text.strip().substring("tone ".length())));
        }
        return Reply.say("You said: " + shorten(text));
    }

    private static Reply tone(int hertz) {
        short[] samples = new short[2 * WireAudio.SAMPLE_RATE];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (8_000 * Math.sin(2 * Math.PI * hertz * i / WireAudio.SAMPLE_RATE));
        }
        return Reply.play("A tone of " + hertz + " Hz.", samples);
    }

    private static String shorten(String text) {
        return text.codePointCount(0, text.length()) <= 300
                ? text
                : text.substring(0, text.offsetByCodePoints(0, 300)) + "…";
    }

    private static String seconds(Duration length) {
        return String.format(Locale.ROOT, "%.1f seconds", length.toMillis() / 1000.0);
    }
}
