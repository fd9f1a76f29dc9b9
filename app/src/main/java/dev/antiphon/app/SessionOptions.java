package dev.antiphon.app;

import dev.antiphon.core.model.SessionConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that describe the session to be opened. */
final class SessionOptions {
    /** What the model answers with. */
    enum Modality {
        AUDIO,
        TEXT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = "gpt-realtime",
            description = "Model; gpt-realtime by default.")
    private String model = "gpt-realtime";

    @Option(names = "--instructions", paramLabel = "T", description = "How the model should behave.")
    private Optional<String> instructions = Optional.empty();

    @Option(names = "--voice", paramLabel = "V", description = "Voice of the model.")
    private Optional<String> voice = Optional.empty();

    @Option(
            names = "--modality",
            paramLabel = "M",
            description = "What the model answers with: ${COMPLETION-CANDIDATES}.")
    private Optional<Modality> modality = Optional.empty();

    SessionConfig read() {
        SessionConfig.Builder session = SessionConfig.builder().model(model);
        instructions.ifPresent(session::instructions);
        voice.ifPresent(session::voice);
        modality.ifPresent(chosen -> session.outputModalities(List.of(chosen.toString())));
        return session.build();
    }
}
