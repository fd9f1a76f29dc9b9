package dev.antiphon.core.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One part of a message. */
public sealed interface ContentPart {
    /** Calls the function that fits this kind. */
    <R> R fold(Fold<R> fold);

    /** {@code input_text}: written by our side. */
    record InputText(String text, ExtraMembers extra) implements ContentPart {
        public InputText(String text) {
            this(text, ExtraMembers.NONE);
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.inputText(this);
        }

        @Override
        public String toString() {
            return "InputText[" + text.length() + " characters]";
        }
    }

    /** {@code output_text}, or {@code text} in some events: written by the model. */
    record OutputText(String text, ExtraMembers extra) implements ContentPart {
        public OutputText(String text) {
            this(text, ExtraMembers.NONE);
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.outputText(this);
        }

        @Override
        public String toString() {
            return "OutputText[" + text.length() + " characters]";
        }
    }

    /**
     * {@code input_audio}, {@code output_audio}, or {@code audio} in some events; either member may be
     * missing.
     *
     * @param type the kind on the wire
     */
    record Audio(String type, Optional<AudioData> audio, Optional<String> transcript, ExtraMembers extra)
            implements ContentPart {
        public Audio(String type, Optional<AudioData> audio, Optional<String> transcript) {
            this(type, audio, transcript, ExtraMembers.NONE);
        }

        /** Audio of the caller, in the session's input format. */
        public static Audio input(AudioData audio) {
            return new Audio("input_audio", Optional.of(audio), Optional.empty());
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.audio(this);
        }

        @Override
        public String toString() {
            return "Audio[" + type + "]";
        }
    }

    /**
     * {@code input_image}.
     *
     * @param imageUrl data URI of a PNG or JPEG
     * @param detail {@code auto}, {@code low}, {@code high}, or what a newer server knows
     */
    record InputImage(String imageUrl, Optional<String> detail, ExtraMembers extra) implements ContentPart {
        /**
         * An image from us.
         *
         * @throws IllegalArgumentException if the URL is no data URI of a PNG or JPEG, which is all the server takes
         */
        public static InputImage of(String dataUri) {
            String start = dataUri.substring(0, Math.min(dataUri.length(), 16)).toLowerCase(Locale.ROOT);
            if (!start.startsWith("data:image/png") && !start.startsWith("data:image/jpeg")) {
                throw new IllegalArgumentException("image_url must be a data URI of a PNG or JPEG");
            }
            return new InputImage(dataUri, Optional.empty(), ExtraMembers.NONE);
        }

        /**
         * The same, looked at more or less closely.
         *
         * @throws IllegalArgumentException unless {@code auto}, {@code low} or {@code high}
         */
        public InputImage detail(String level) {
            Require.oneOf("content.detail", level, List.of("auto", "low", "high"));
            return new InputImage(imageUrl, Optional.of(level), extra);
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.inputImage(this);
        }

        @Override
        public String toString() {
            return "InputImage[" + imageUrl.length() + " characters]";
        }
    }

    /** A part of a kind that this version does not know. */
    record UnrecognizedPart(String type, RawJson raw) implements ContentPart {
        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.unrecognized(this);
        }
    }

    /** One function per kind of part. */
    interface Fold<R> {
        R inputText(InputText part);

        R outputText(OutputText part);

        R audio(Audio part);

        R inputImage(InputImage part);

        R unrecognized(UnrecognizedPart part);
    }
}
