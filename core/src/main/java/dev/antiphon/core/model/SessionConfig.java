package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of a session, for call creation and {@code session.update}. Only members that are
 * present change anything: an absent one stays as the server has it. Immutable.
 *
 * <pre>{@code
 * SessionConfig.voice("marin").instructions("Answer in one sentence.").build()
 * }</pre>
 *
 * <p>What the server would refuse is refused by the builder, which names the member.
 */
public final class SessionConfig {
    /** Speech to speech, the usual kind. */
    public static final String REALTIME = "realtime";

    /** Speech to text only: no responses, no output audio. */
    public static final String TRANSCRIPTION_ONLY = "transcription";

    private static final ConfigMembers.Key<String> MODEL = new ConfigMembers.Key<>("/model");
    private static final ConfigMembers.Key<List<String>> OUTPUT_MODALITIES =
            new ConfigMembers.Key<>("/output_modalities");
    private static final ConfigMembers.Key<String> INSTRUCTIONS = new ConfigMembers.Key<>("/instructions");
    private static final ConfigMembers.Key<AudioFormat> INPUT_FORMAT = new ConfigMembers.Key<>("/audio/input/format");
    private static final ConfigMembers.Key<InputTranscription> TRANSCRIPTION =
            new ConfigMembers.Key<>("/audio/input/transcription");
    private static final ConfigMembers.Key<NoiseReduction> NOISE_REDUCTION =
            new ConfigMembers.Key<>("/audio/input/noise_reduction");
    private static final ConfigMembers.Key<TurnDetection> TURN_DETECTION =
            new ConfigMembers.Key<>("/audio/input/turn_detection");
    private static final ConfigMembers.Key<AudioFormat> OUTPUT_FORMAT = new ConfigMembers.Key<>("/audio/output/format");
    private static final ConfigMembers.Key<Voice> VOICE = new ConfigMembers.Key<>("/audio/output/voice");
    private static final ConfigMembers.Key<Double> SPEED = new ConfigMembers.Key<>("/audio/output/speed");
    private static final ConfigMembers.Key<List<String>> INCLUDE = new ConfigMembers.Key<>("/include");
    private static final ConfigMembers.Key<Tracing> TRACING = new ConfigMembers.Key<>("/tracing");
    private static final ConfigMembers.Key<List<Tool>> TOOLS = new ConfigMembers.Key<>("/tools");
    private static final ConfigMembers.Key<ToolChoice> TOOL_CHOICE = new ConfigMembers.Key<>("/tool_choice");
    private static final ConfigMembers.Key<Boolean> PARALLEL_TOOL_CALLS =
            new ConfigMembers.Key<>("/parallel_tool_calls");
    private static final ConfigMembers.Key<String> REASONING_EFFORT = new ConfigMembers.Key<>("/reasoning/effort");
    private static final ConfigMembers.Key<OutputLimit> MAX_OUTPUT_TOKENS =
            new ConfigMembers.Key<>("/max_output_tokens");
    private static final ConfigMembers.Key<Truncation> TRUNCATION = new ConfigMembers.Key<>("/truncation");
    private static final ConfigMembers.Key<PromptReference> PROMPT = new ConfigMembers.Key<>("/prompt");

    private final String kind;
    private final ConfigMembers members;

    private SessionConfig(String kind, ConfigMembers members) {
        this.kind = kind;
        this.members = members;
    }

    /** Starts a configuration with a voice. */
    public static Builder voice(String name) {
        return builder().voice(name);
    }

    /** Starts a configuration with instructions. */
    public static Builder instructions(String text) {
        return builder().instructions(text);
    }

    /** Starts a configuration with a model. */
    public static Builder model(String name) {
        return builder().model(name);
    }

    /** Starts an empty configuration of a speech-to-speech session. */
    public static Builder builder() {
        return new Builder(REALTIME, ConfigMembers.NONE, true);
    }

    /** Starts a configuration of a session that only transcribes. */
    public static Builder transcriptionOnly(InputTranscription transcription) {
        return new Builder(TRANSCRIPTION_ONLY, ConfigMembers.NONE, true).transcription(transcription);
    }

    /**
     * Starts a configuration as a server reports it, for codecs: names that only newer servers know are kept,
     * where {@link #builder()} refuses them.
     */
    public static Builder reported() {
        return new Builder(REALTIME, ConfigMembers.NONE, false);
    }

    /** Starts from this configuration. */
    public Builder toBuilder() {
        return new Builder(kind, members, true);
    }

    /** {@link #REALTIME}, {@link #TRANSCRIPTION_ONLY} or what a server calls it; may be empty. */
    public String kind() {
        return kind;
    }

    public boolean isTranscriptionOnly() {
        return kind.equals(TRANSCRIPTION_ONLY);
    }

    /** The model; sent with call creation and in the URL of a direct connection, never in {@code session.update}. */
    public Optional<String> model() {
        return members.value(MODEL);
    }

    /** What the model answers in: {@code audio} or {@code text}. */
    public Optional<List<String>> outputModalities() {
        return members.value(OUTPUT_MODALITIES);
    }

    /** What the model is told about its task; an empty text clears it. */
    public Optional<String> instructions() {
        return members.value(INSTRUCTIONS);
    }

    /** Format of the audio we send; {@link AudioFormat#PCM16} where nobody says. */
    public Optional<AudioFormat> inputFormat() {
        return members.value(INPUT_FORMAT);
    }

    /** Transcription of the caller; cleared means off. */
    public Setting<InputTranscription> transcription() {
        return members.setting(TRANSCRIPTION);
    }

    /** Noise reduction; cleared means off. */
    public Setting<NoiseReduction> noiseReduction() {
        return members.setting(NOISE_REDUCTION);
    }

    /** Turn detection; cleared means that turns are committed by hand. */
    public Setting<TurnDetection> turnDetection() {
        return members.setting(TURN_DETECTION);
    }

    /** Format of the audio we get; {@link AudioFormat#PCM16} where nobody says. */
    public Optional<AudioFormat> outputFormat() {
        return members.value(OUTPUT_FORMAT);
    }

    /** The voice; it cannot change after the first audio of the model. */
    public Optional<Voice> voice() {
        return members.value(VOICE);
    }

    /** Speed of speech, 0.25 to 1.5. */
    public Optional<Double> speed() {
        return members.value(SPEED);
    }

    /** Extra members that the server shall send. */
    public Optional<List<String>> include() {
        return members.value(INCLUDE);
    }

    /** Traces at the server; cleared means off. */
    public Setting<Tracing> tracing() {
        return members.setting(TRACING);
    }

    /** What the model may call; an empty list clears it. */
    public Optional<List<Tool>> tools() {
        return members.value(TOOLS);
    }

    /** Which tool the model may or must use. */
    public Optional<ToolChoice> toolChoice() {
        return members.value(TOOL_CHOICE);
    }

    /** Whether the model may call several tools at once. */
    public Optional<Boolean> parallelToolCalls() {
        return members.value(PARALLEL_TOOL_CALLS);
    }

    /** {@code minimal} to {@code xhigh}, for reasoning models. */
    public Optional<String> reasoningEffort() {
        return members.value(REASONING_EFFORT);
    }

    /** Most tokens of one response. */
    public Optional<OutputLimit> maxOutputTokens() {
        return members.value(MAX_OUTPUT_TOKENS);
    }

    /** What is forgotten when the context is full. */
    public Optional<Truncation> truncation() {
        return members.value(TRUNCATION);
    }

    /** A stored prompt; cleared means none. */
    public Setting<PromptReference> prompt() {
        return members.setting(PROMPT);
    }

    /** Members that this version does not know. */
    public ExtraMembers extra() {
        return members.extra();
    }

    /**
     * What is in force after an update, by the rule of {@code session.update}: each member that is
     * present in {@code update}, cleared ones included, takes the place of the one here.
     */
    public SessionConfig merge(SessionConfig update) {
        return new SessionConfig(update.kind.isEmpty() ? kind : update.kind, members.merge(update.members));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionConfig that && kind.equals(that.kind) && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + members.hashCode();
    }

    /** Names of the members that are present; values stay out. */
    @Override
    public String toString() {
        return "SessionConfig[" + kind + ": " + members + "]";
    }

    /**
     * Collects a configuration. Each method refuses what the Realtime API would refuse there, naming the member
     * and what is allowed; {@link #extra} takes what another server knows. Not safe for use by several threads.
     */
    public static final class Builder {
        private static final List<ConfigMembers.Key<?>> NOT_IN_TRANSCRIPTION = List.of(
                MODEL,
                OUTPUT_MODALITIES,
                INSTRUCTIONS,
                OUTPUT_FORMAT,
                VOICE,
                SPEED,
                TRACING,
                TOOLS,
                TOOL_CHOICE,
                PARALLEL_TOOL_CALLS,
                REASONING_EFFORT,
                MAX_OUTPUT_TOKENS,
                TRUNCATION,
                PROMPT);

        private final boolean checked;
        private String kind;
        private ConfigMembers members;

        private Builder(String kind, ConfigMembers members, boolean checked) {
            this.kind = kind;
            this.members = members;
            this.checked = checked;
        }

        /**
         * {@link #REALTIME} unless said otherwise.
         *
         * @throws IllegalArgumentException unless {@link #REALTIME} or {@link #TRANSCRIPTION_ONLY}
         */
        public Builder kind(String name) {
            this.kind = checked ? SessionRules.kind(name) : name;
            return this;
        }

        /**
         * The model.
         *
         * @throws IllegalArgumentException if the name is blank or not printable ASCII: it goes into URLs
         */
        public Builder model(String name) {
            return set(MODEL, Require.printableAscii("model", name));
        }

        public Builder instructions(String text) {
            return set(INSTRUCTIONS, text);
        }

        /** A built-in voice by name. */
        public Builder voice(String name) {
            return voice(Voice.named(name));
        }

        public Builder voice(Voice voice) {
            return set(VOICE, voice);
        }

        /**
         * Speed of speech.
         *
         * @throws IllegalArgumentException unless from 0.25 to 1.5
         */
        public Builder speed(double speed) {
            return set(SPEED, Require.within("audio.output.speed", speed, 0.25, 1.5));
        }

        /**
         * {@code audio} or {@code text}.
         *
         * @throws IllegalArgumentException unless it is exactly one of them: the server takes no more
         */
        public Builder outputModalities(List<String> modalities) {
            return set(OUTPUT_MODALITIES, Require.modalities(modalities), SessionRules::modalities);
        }

        /** The model answers in text, without a voice. */
        public Builder textOnly() {
            return outputModalities(List.of("text"));
        }

        /**
         * Format of the audio we send.
         *
         * @throws IllegalArgumentException unless it is PCM at 24 kHz or G.711
         */
        public Builder inputFormat(AudioFormat format) {
            return set(INPUT_FORMAT, format, asked -> SessionRules.format("audio.input.format", asked));
        }

        /**
         * Format of the audio we get.
         *
         * @throws IllegalArgumentException unless it is PCM at 24 kHz or G.711
         */
        public Builder outputFormat(AudioFormat format) {
            return set(OUTPUT_FORMAT, format, asked -> SessionRules.format("audio.output.format", asked));
        }

        /**
         * Transcription of the caller.
         *
         * @throws IllegalArgumentException if a name is blank, or a delay is asked of a model that has none
         */
        public Builder transcription(InputTranscription transcription) {
            return set(TRANSCRIPTION, transcription, SessionRules::transcription);
        }

        /** Switches transcription of the caller off. */
        public Builder noTranscription() {
            return clear(TRANSCRIPTION);
        }

        /**
         * Noise reduction.
         *
         * @throws IllegalArgumentException unless {@code near_field} or {@code far_field}
         */
        public Builder noiseReduction(NoiseReduction reduction) {
            return set(NOISE_REDUCTION, reduction, SessionRules::noiseReduction);
        }

        /** Switches noise reduction off. */
        public Builder noNoiseReduction() {
            return clear(NOISE_REDUCTION);
        }

        /**
         * How the end of a turn is found.
         *
         * @throws IllegalArgumentException if the eagerness is none of {@code low}, {@code medium}, {@code high},
         *     {@code auto}
         */
        public Builder turnDetection(TurnDetection detection) {
            return set(TURN_DETECTION, detection, SessionRules::turnDetection);
        }

        /** Switches turn detection off: turns are committed by hand, push-to-talk. */
        public Builder manualTurns() {
            return clear(TURN_DETECTION);
        }

        /**
         * Extra members that the server shall send.
         *
         * @throws IllegalArgumentException unless {@code item.input_audio_transcription.logprobs}, the only one
         */
        public Builder include(List<String> members) {
            return set(INCLUDE, List.copyOf(members), SessionRules::include);
        }

        public Builder tracing(Tracing tracing) {
            return set(TRACING, tracing);
        }

        /** Switches traces off. */
        public Builder noTracing() {
            return clear(TRACING);
        }

        /**
         * What the model may call.
         *
         * @throws IllegalArgumentException if two functions have the same name, or a member of a tool is one that
         *     the server refuses
         */
        public Builder tools(List<Tool> tools) {
            return set(TOOLS, Require.tools(tools), SessionRules::tools);
        }

        public Builder tools(Tool... tools) {
            return tools(List.of(tools));
        }

        public Builder toolChoice(ToolChoice choice) {
            return set(TOOL_CHOICE, choice, SessionRules::toolChoice);
        }

        public Builder parallelToolCalls(boolean parallel) {
            return set(PARALLEL_TOOL_CALLS, parallel);
        }

        /**
         * How much a reasoning model thinks.
         *
         * @throws IllegalArgumentException unless {@code minimal}, {@code low}, {@code medium}, {@code high} or
         *     {@code xhigh}
         */
        public Builder reasoningEffort(String effort) {
            return set(REASONING_EFFORT, Require.notBlank("reasoning.effort", effort), SessionRules::effort);
        }

        public Builder maxOutputTokens(OutputLimit limit) {
            return set(MAX_OUTPUT_TOKENS, limit);
        }

        /**
         * Most tokens of one response.
         *
         * @throws IllegalArgumentException unless from 1 to 4,096
         */
        public Builder maxOutputTokens(int tokens) {
            return maxOutputTokens(OutputLimit.of(tokens));
        }

        public Builder truncation(Truncation truncation) {
            return set(TRUNCATION, truncation, SessionRules::truncation);
        }

        public Builder prompt(PromptReference prompt) {
            return set(PROMPT, prompt, SessionRules::prompt);
        }

        /** Uses no stored prompt. */
        public Builder noPrompt() {
            return clear(PROMPT);
        }

        /**
         * Any member as raw JSON, for what this version does not know.
         *
         * @param pointer where it is in the session object, RFC 6901: {@code /audio/input/gain}
         */
        public Builder extra(String pointer, RawJson json) {
            this.members = members.withExtra(pointer, json);
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException if a transcription session has members that only a conversation has, or
         *     lacks what it is for
         */
        public SessionConfig build() {
            if (checked && kind.equals(TRANSCRIPTION_ONLY)) {
                checkTranscriptionOnly();
            }
            return new SessionConfig(kind, members);
        }

        private void checkTranscriptionOnly() {
            for (ConfigMembers.Key<?> key : NOT_IN_TRANSCRIPTION) {
                if (!members.setting(key).isAbsent()) {
                    throw new IllegalArgumentException("a transcription session has no "
                            + key.pointer().substring(1).replace('/', '.'));
                }
            }
            if (members.setting(TRANSCRIPTION).isCleared()) {
                throw new IllegalArgumentException("a transcription session needs audio.input.transcription");
            }
            boolean turns = members.value(TURN_DETECTION).isPresent();
            if (turns
                    && !members.value(TRANSCRIPTION)
                            .map(SessionRules::takesTurns)
                            .orElse(true)) {
                throw new IllegalArgumentException(
                        "audio.input.turn_detection must be off for this transcriber: turns are committed by hand");
            }
        }

        /** Sets a value that must pass a rule, unless it is only reported. */
        private <T> Builder set(ConfigMembers.Key<T> key, T value, UnaryOperator<T> rule) {
            return set(key, checked ? rule.apply(value) : value);
        }

        private <T> Builder set(ConfigMembers.Key<T> key, T value) {
            this.members = members.with(key, Setting.of(value));
            return this;
        }

        private <T> Builder clear(ConfigMembers.Key<T> key) {
            this.members = members.with(key, Setting.cleared());
            return this;
        }
    }
}
