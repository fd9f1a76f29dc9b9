package dev.antiphon.app;

import dev.antiphon.core.model.StartRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one conversation of {@code talk} does.
 *
 * @param start session and, for a sideband, the offer
 * @param texts said in this order as soon as the conversation exists, then a response is asked for
 * @param audio spoken in real time from the same moment on
 * @param length how long it lasts; empty ends it when the replies are done
 */
record TalkPlan(StartRequest start, List<String> texts, Optional<WavFile> audio, Optional<Duration> length) {
    /** How long replies are waited for once everything was said. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    TalkPlan {
        texts = List.copyOf(texts);
    }

    /** Whether something is said that a reply is due for. */
    boolean expectsReply() {
        return length.isEmpty() && (!texts.isEmpty() || audio.isPresent());
    }

    /** The latest end. */
    Duration limit() {
        return length.orElseGet(
                () -> PATIENCE.plusMillis(audio.map(WavFile::millis).orElse(0L)));
    }
}
