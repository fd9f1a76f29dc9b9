package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/**
 * Configuration of a session, for call creation and {@code session.update}. Members that are absent
 * stay as they are at the server.
 */
public final class SessionConfig {
    private final Optional<String> model;
    private final Optional<String> instructions;
    private final Optional<String> voice;
    private final Optional<List<String>> outputModalities;
    private final Optional<List<RawJson>> tools;
    private final Optional<RawJson> turnDetection;

    private SessionConfig(Builder builder) {
        this.model = Optional.ofNullable(builder.model);
        this.instructions = Optional.ofNullable(builder.instructions);
        this.voice = Optional.ofNullable(builder.voice);
        this.outputModalities = Optional.ofNullable(builder.outputModalities);
        this.tools = Optional.ofNullable(builder.tools);
        this.turnDetection = Optional.ofNullable(builder.turnDetection);
    }

    public static Builder builder() {
        return new Builder();
    }

    public Optional<String> model() {
        return model;
    }

    public Optional<String> instructions() {
        return instructions;
    }

    public Optional<String> voice() {
        return voice;
    }

    public Optional<List<String>> outputModalities() {
        return outputModalities;
    }

    public Optional<List<RawJson>> tools() {
        return tools;
    }

    public Optional<RawJson> turnDetection() {
        return turnDetection;
    }

    /** This configuration after an update: members present in the update replace ours. */
    public SessionConfig merge(SessionConfig update) {
        Builder merged = new Builder();
        merged.model = update.model.or(() -> model).orElse(null);
        merged.instructions = update.instructions.or(() -> instructions).orElse(null);
        merged.voice = update.voice.or(() -> voice).orElse(null);
        merged.outputModalities =
                update.outputModalities.or(() -> outputModalities).orElse(null);
        merged.tools = update.tools.or(() -> tools).orElse(null);
        merged.turnDetection = update.turnDetection.or(() -> turnDetection).orElse(null);
        return new SessionConfig(merged);
    }

    /** Collects a configuration. */
    public static final class Builder {
        private @org.jspecify.annotations.Nullable String model;
        private @org.jspecify.annotations.Nullable String instructions;
        private @org.jspecify.annotations.Nullable String voice;
        private @org.jspecify.annotations.Nullable List<String> outputModalities;
        private @org.jspecify.annotations.Nullable List<RawJson> tools;
        private @org.jspecify.annotations.Nullable RawJson turnDetection;

        private Builder() {}

        public Builder model(String name) {
            this.model = name;
            return this;
        }

        public Builder instructions(String text) {
            this.instructions = text;
            return this;
        }

        public Builder voice(String name) {
            this.voice = name;
            return this;
        }

        public SessionConfig build() {
            return new SessionConfig(this);
        }
    }
}
