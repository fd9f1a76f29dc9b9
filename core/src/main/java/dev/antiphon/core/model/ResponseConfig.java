package dev.antiphon.core.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one response does differently from the session ({@code response.create.response}). Absent
 * members are as in the session. Immutable.
 */
public final class ResponseConfig {
    private static final ConfigMembers.Key<List<String>> OUTPUT_MODALITIES =
            new ConfigMembers.Key<>("/output_modalities");
    private static final ConfigMembers.Key<String> INSTRUCTIONS = new ConfigMembers.Key<>("/instructions");
    private static final ConfigMembers.Key<AudioFormat> OUTPUT_FORMAT = new ConfigMembers.Key<>("/audio/output/format");
    private static final ConfigMembers.Key<Voice> VOICE = new ConfigMembers.Key<>("/audio/output/voice");
    private static final ConfigMembers.Key<List<Tool>> TOOLS = new ConfigMembers.Key<>("/tools");
    private static final ConfigMembers.Key<ToolChoice> TOOL_CHOICE = new ConfigMembers.Key<>("/tool_choice");
    private static final ConfigMembers.Key<Boolean> PARALLEL_TOOL_CALLS =
            new ConfigMembers.Key<>("/parallel_tool_calls");
    private static final ConfigMembers.Key<String> REASONING_EFFORT = new ConfigMembers.Key<>("/reasoning/effort");
    private static final ConfigMembers.Key<OutputLimit> MAX_OUTPUT_TOKENS =
            new ConfigMembers.Key<>("/max_output_tokens");
    private static final ConfigMembers.Key<String> CONVERSATION = new ConfigMembers.Key<>("/conversation");
    private static final ConfigMembers.Key<Map<String, String>> METADATA = new ConfigMembers.Key<>("/metadata");
    private static final ConfigMembers.Key<PromptReference> PROMPT = new ConfigMembers.Key<>("/prompt");
    private static final ConfigMembers.Key<List<Item>> INPUT = new ConfigMembers.Key<>("/input");

    private final ConfigMembers members;

    private ResponseConfig(ConfigMembers members) {
        this.members = members;
    }

    /** Starts overrides with instructions for this response. */
    public static Builder instructions(String text) {
        return builder().instructions(text);
    }

    /** Starts overrides of a response that stays out of the conversation and may run beside others. */
    public static Builder outOfBand() {
        return builder().conversation("none");
    }

    /** Starts with no overrides. */
    public static Builder builder() {
        return new Builder(ConfigMembers.NONE);
    }

    /** What the model answers in: {@code audio} or {@code text}. */
    public Optional<List<String>> outputModalities() {
        return members.value(OUTPUT_MODALITIES);
    }

    /** Takes the place of the session's instructions. */
    public Optional<String> instructions() {
        return members.value(INSTRUCTIONS);
    }

    /** Format of the audio of this response. */
    public Optional<AudioFormat> outputFormat() {
        return members.value(OUTPUT_FORMAT);
    }

    /** The voice of this response. */
    public Optional<Voice> voice() {
        return members.value(VOICE);
    }

    /** What the model may call; an empty list for nothing. */
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

    /** Most tokens. */
    public Optional<OutputLimit> maxOutputTokens() {
        return members.value(MAX_OUTPUT_TOKENS);
    }

    /** {@code auto} writes to the conversation, {@code none} keeps the response out of it; such responses may run in parallel. */
    public Optional<String> conversation() {
        return members.value(CONVERSATION);
    }

    /** Comes back with the response and tells parallel ones apart: at most 16 pairs. */
    public Setting<Map<String, String>> metadata() {
        return members.setting(METADATA);
    }

    /** A stored prompt; cleared means none. */
    public Setting<PromptReference> prompt() {
        return members.setting(PROMPT);
    }

    /** Takes the place of the conversation as context; an empty list for none. */
    public Optional<List<Item>> input() {
        return members.value(INPUT);
    }

    /** Members that this version does not know. */
    public ExtraMembers extra() {
        return members.extra();
    }

    /** Whether the response stays out of the conversation. */
    public boolean isOutOfBand() {
        return conversation().filter("none"::equals).isPresent();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResponseConfig that && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    /** Names of the members that are present; values stay out. */
    @Override
    public String toString() {
        return "ResponseConfig[" + members + "]";
    }

    /** Collects overrides. Not safe for use by several threads. */
    public static final class Builder {
        private ConfigMembers members;

        private Builder(ConfigMembers members) {
            this.members = members;
        }

        public Builder instructions(String text) {
            return set(INSTRUCTIONS, text);
        }

        /**
         * {@code audio} or {@code text}.
         *
         * @throws IllegalArgumentException unless it is exactly one of them
         */
        public Builder outputModalities(List<String> modalities) {
            return set(OUTPUT_MODALITIES, SessionRules.modalities(Require.modalities(modalities)));
        }

        /** The model answers in text, without a voice. */
        public Builder textOnly() {
            return outputModalities(List.of("text"));
        }

        /**
         * Format of the audio of this response.
         *
         * @throws IllegalArgumentException unless it is PCM at 24 kHz or G.711
         */
        public Builder outputFormat(AudioFormat format) {
            return set(OUTPUT_FORMAT, SessionRules.format("audio.output.format", format));
        }

        public Builder voice(Voice voice) {
            return set(VOICE, voice);
        }

        /**
         * What the model may call.
         *
         * @throws IllegalArgumentException if two functions have the same name, or a member of a tool is one that
         *     the server refuses
         */
        public Builder tools(List<Tool> tools) {
            return set(TOOLS, SessionRules.tools(Require.tools(tools)));
        }

        public Builder toolChoice(ToolChoice choice) {
            return set(TOOL_CHOICE, SessionRules.toolChoice(choice));
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
            return set(REASONING_EFFORT, SessionRules.effort(effort));
        }

        public Builder maxOutputTokens(OutputLimit limit) {
            return set(MAX_OUTPUT_TOKENS, limit);
        }

        /** {@code auto}, {@code none} or what a newer server knows. */
        public Builder conversation(String conversation) {
            return set(CONVERSATION, Require.notBlank("conversation", conversation));
        }

        /**
         * Comes back with the response.
         *
         * @throws IllegalArgumentException for more than 16 pairs, keys over 64 or values over 512 characters
         */
        public Builder metadata(Map<String, String> metadata) {
            return set(METADATA, Require.metadata(metadata));
        }

        /** Sends metadata as {@code null}. */
        public Builder noMetadata() {
            return clear(METADATA);
        }

        public Builder prompt(PromptReference prompt) {
            return set(PROMPT, SessionRules.prompt(prompt));
        }

        /** Uses no stored prompt. */
        public Builder noPrompt() {
            return clear(PROMPT);
        }

        /** Takes the place of the conversation as context; an empty list for no context. */
        public Builder input(List<Item> items) {
            return set(INPUT, List.copyOf(items));
        }

        /** Any member as raw JSON, for what this version does not know; the pointer is as in RFC 6901. */
        public Builder extra(String pointer, RawJson json) {
            this.members = members.withExtra(pointer, json);
            return this;
        }

        public ResponseConfig build() {
            return new ResponseConfig(members);
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
