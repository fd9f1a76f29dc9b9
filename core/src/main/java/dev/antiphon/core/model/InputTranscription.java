package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/**
 * Transcription of what the caller says, beside the model's own hearing.
 *
 * @param model for example {@code gpt-4o-mini-transcribe}; the set is open
 * @param language ISO 639-1 code of the expected language
 * @param languages codes of the expected languages, for models that take several
 * @param keywords words to expect
 * @param prompt words or a sentence to guide the transcriber
 * @param delay {@code minimal} to {@code xhigh}, for streaming transcribers
 */
public record InputTranscription(
        Optional<String> model,
        Optional<String> language,
        Optional<List<String>> languages,
        Optional<List<String>> keywords,
        Optional<String> prompt,
        Optional<String> delay) {
    /** @throws IllegalArgumentException if {@code languages} is given and empty */
    public InputTranscription {
        languages = languages.map(List::copyOf);
        keywords = keywords.map(List::copyOf);
        if (languages.isPresent() && languages.get().isEmpty()) {
            throw new IllegalArgumentException("audio.input.transcription.languages is empty");
        }
    }

    /** Transcription by a model, in whatever language is heard. */
    public static InputTranscription by(String model) {
        Require.notBlank("audio.input.transcription.model", model);
        return new InputTranscription(
                Optional.of(model),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same with an expected language. */
    public InputTranscription language(String code) {
        return new InputTranscription(model, Optional.of(code), languages, keywords, prompt, delay);
    }

    /** The same with words to expect. */
    public InputTranscription keywords(List<String> words) {
        return new InputTranscription(model, language, languages, Optional.of(words), prompt, delay);
    }

    /** The same with a text that guides the transcriber. */
    public InputTranscription prompt(String text) {
        return new InputTranscription(model, language, languages, keywords, Optional.of(text), delay);
    }

    /** The same with several expected languages, for models that take several. */
    public InputTranscription languages(List<String> codes) {
        return new InputTranscription(model, language, Optional.of(codes), keywords, prompt, delay);
    }

    /** The same with a delay, {@code minimal} to {@code xhigh}, for streaming transcribers. */
    public InputTranscription delay(String level) {
        return new InputTranscription(model, language, languages, keywords, prompt, Optional.of(level));
    }

    /** Leaves prompt and keywords out. */
    @Override
    public String toString() {
        return "InputTranscription[" + model.orElse("default") + "]";
    }
}
