package dev.antiphon.core.port;

import dev.antiphon.core.model.SessionConfig;

/** Something that not every server can do for a session. */
public enum SessionFeature {
    /** The model answers in text. */
    TEXT_OUTPUT,
    /** The session only transcribes. */
    TRANSCRIPTION_ONLY,
    /** The session declares tools. */
    TOOLS;

    /** Whether a session asks for it. */
    public boolean isUsedBy(SessionConfig session) {
        return switch (this) {
            case TEXT_OUTPUT ->
                session.outputModalities()
                        .map(modalities -> modalities.contains("text"))
                        .orElse(false);
            case TRANSCRIPTION_ONLY -> session.isTranscriptionOnly();
            case TOOLS -> session.tools().map(tools -> !tools.isEmpty()).orElse(false);
        };
    }
}
