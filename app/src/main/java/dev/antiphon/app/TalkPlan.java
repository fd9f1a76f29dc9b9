package dev.antiphon.app;

import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.model.StartRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one conversation does.
 *
 * @param start session and, for a sideband, the offer
 * @param texts said in this order as soon as the conversation exists
 * @param handoffs given right after the texts
 * @param audio spoken in real time
 * @param order how texts, replies and audio follow each other
 * @param length how long it lasts; empty ends it when the replies are done
 */
record TalkPlan(
        StartRequest start,
        List<String> texts,
        List<HandoffOutput> handoffs,
        Optional<WavFile> audio,
        Order order,
        Optional<Duration> length) {
    /** How long replies are waited for once everything was said. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How texts, replies and audio follow each other. */
    enum Order {
        /** A response to the texts is asked for at once, and audio is spoken from the beginning. */
        TOGETHER,
        /** Audio waits until the reply to the texts is done. */
        IN_TURN,
        /** The texts are only noted; the reply is to the audio, which is spoken from the beginning. */
        SPOKEN
    }

    TalkPlan {
        texts = List.copyOf(texts);
        handoffs = List.copyOf(handoffs);
    }

    /** Whether a response to the texts is asked for. */
    boolean asksForReply() {
        return !texts.isEmpty() && order != Order.SPOKEN;
    }

    /** Whether audio waits for the reply to the texts. */
    boolean speaksAfterReply() {
        return asksForReply() && order == Order.IN_TURN;
    }

    /** Whether the conversation ends with a reply. */
    boolean endsWithReply() {
        return length.isEmpty() && (asksForReply() || audio.isPresent());
    }

    /** The latest end. */
    Duration limit() {
        return length.orElseGet(
                () -> PATIENCE.plusMillis(audio.map(WavFile::millis).orElse(0L)));
    }
}
