package dev.antiphon.core.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A prompt that is stored at the server.
 *
 * @param id {@code pmpt_…}
 * @param version one version of it; empty for the current one
 * @param variables values for its variables
 */
public record PromptReference(String id, Optional<String> version, Map<String, Variable> variables) {
    /** @throws IllegalArgumentException if the id is blank */
    public PromptReference {
        Require.notBlank("prompt.id", id);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }

    /** The current version of a stored prompt, without variables. */
    public static PromptReference of(String id) {
        return new PromptReference(id, Optional.empty(), Map.of());
    }

    /** The same in one version. */
    public PromptReference version(String number) {
        return new PromptReference(id, Optional.of(number), variables);
    }

    /** The same with a variable set to a text. */
    public PromptReference variable(String name, String text) {
        return with(name, new Variable(Optional.of(text), Optional.empty()));
    }

    /** The same with a variable set to a content part: {@code input_text}, {@code input_image} or {@code input_file}. */
    public PromptReference variable(String name, RawJson part) {
        return with(name, new Variable(Optional.empty(), Optional.of(part)));
    }

    private PromptReference with(String name, Variable value) {
        Map<String, Variable> changed = new LinkedHashMap<>(variables);
        changed.put(name, value);
        return new PromptReference(id, version, changed);
    }

    /** Leaves the variables out. */
    @Override
    public String toString() {
        return "PromptReference[" + id + ", " + variables.size() + " variables]";
    }

    /**
     * Value of a variable: either a text or a content part.
     *
     * @param text a plain text
     * @param part an object as raw JSON
     */
    public record Variable(Optional<String> text, Optional<RawJson> part) {
        /** @throws IllegalArgumentException if not exactly one is given */
        public Variable {
            if (text.isPresent() == part.isPresent()) {
                throw new IllegalArgumentException("prompt.variables: a value is either a text or a part");
            }
        }

        /** Leaves the value out. */
        @Override
        public String toString() {
            return text.isPresent() ? "text" : "part";
        }
    }
}
