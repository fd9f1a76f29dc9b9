package dev.antiphon.testkit.simulator.assistant;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output audio buffer of a call: the sound of its responses, one after the other, with the events that
 * tell when each starts and stops to be heard. Until a speaker is attached, playing is a matter of time only.
 */
final class Playback {
    /** The sound of one response; its end is known once all of it has been handed over. */
    private static final class Piece {
        private final String responseId;
        private Optional<Instant> end = Optional.empty();

        Piece(String responseId) {
            this.responseId = responseId;
        }
    }

    private final SessionOptions options;
    private final SessionLines lines;
    /** The first one is heard, the others wait. */
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();

    private Optional<Speaker> speaker = Optional.empty();
    private Optional<Timeline.Timer> timer = Optional.empty();

    Playback(SessionOptions options, SessionLines lines) {
        this.options = options;
        this.lines = lines;
    }

    void attach(Speaker heard) {
        speaker = Optional.of(heard);
    }

    void started(String responseId) {
        pieces.add(new Piece(responseId));
        if (pieces.size() == 1) {
            emit("started");
        }
    }

    void play(short[] samples) {
        speaker.ifPresent(heard -> heard.play(samples));
    }

    /** How long it takes until sound of this length, just handed over, has been heard. */
    Duration untilHeard(long audioMillis) {
        return speaker.map(Speaker::unplayed).orElseGet(() -> options.pacing().forAudio(audioMillis));
    }

    /** All sound of a response has been handed over. */
    void finished(String responseId, long audioMillis) {
        Instant from = options.timeline().now();
        for (Piece piece : pieces) {
            if (piece.responseId.equals(responseId)) {
                piece.end = Optional.of(from.plus(untilHeard(audioMillis)));
            } else if (speaker.isEmpty()
                    && piece.end.isPresent()
                    && piece.end.get().isAfter(from)) {
                // A speaker counts what is queued before this one; without it we have to.
                from = piece.end.get();
            }
        }
        arm();
    }

    private void arm() {
        stopTimer();
        if (!pieces.isEmpty() && pieces.peek().end.isPresent()) {
            Duration left =
                    Duration.between(options.timeline().now(), pieces.peek().end.get());
            Duration wait = left.compareTo(Timeline.YIELD) < 0 ? Timeline.YIELD : left;
            timer = Optional.of(options.timeline().after(wait, this::next));
        }
    }

    private void next() {
        // A speaker may stumble, on a busy machine for example: the sound ends when it has said everything.
        Duration late = pieces.size() == 1 ? speaker.map(Speaker::unplayed).orElse(Duration.ZERO) : Duration.ZERO;
        if (!late.isZero()) {
            pieces.element().end = Optional.of(options.timeline().now().plus(late));
            arm();
            return;
        }
        emit("stopped");
        pieces.remove();
        if (!pieces.isEmpty()) {
            emit("started");
            arm();
        }
    }

    /** Cuts off what is heard and forgets what waits. */
    void clear() {
        stopTimer();
        speaker.ifPresent(Speaker::hush);
        if (!pieces.isEmpty()) {
            emit("cleared");
            pieces.clear();
        }
    }

    void stopTimer() {
        timer.ifPresent(Timeline.Timer::cancel);
        timer = Optional.empty();
    }

    private void emit(String what) {
        ObjectNode event = Json.object()
                .put("type", "output_audio_buffer." + what)
                .put("response_id", pieces.element().responseId);
        lines.sendToAll(event);
    }
}
