package dev.antiphon.core.model;

import java.util.Optional;

/** One part of a message. */
public sealed interface ContentPart {
    /** {@code input_text}: written by our side. */
    record InputText(String text) implements ContentPart {
        @Override
        public String toString() {
            return "InputText[" + text.length() + " characters]";
        }
    }

    /** {@code output_text}: written by the model. */
    record OutputText(String text) implements ContentPart {
        @Override
        public String toString() {
            return "OutputText[" + text.length() + " characters]";
        }
    }

    /** {@code input_audio} or {@code output_audio}; either member may be missing. */
    record Audio(String type, Optional<AudioData> audio, Optional<String> transcript) implements ContentPart {
        @Override
        public String toString() {
            return "Audio[" + type + "]";
        }
    }

    /** A part of a kind that this version does not know. */
    record UnrecognizedPart(RawJson raw) implements ContentPart {}
}
