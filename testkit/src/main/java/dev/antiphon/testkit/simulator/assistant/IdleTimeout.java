package dev.antiphon.testkit.simulator.assistant;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/** The user is given {@code idle_timeout_ms} of the turn detection to speak after the assistant was heard out. */
final class IdleTimeout {
    private final Timeline timeline;
    private final SessionConfig config;
    private final LongSupplier position;
    private final LongConsumer passed;
    private Optional<Timeline.Timer> timer = Optional.empty();

    /**
     * @param position of the input buffer in milliseconds
     * @param passed called when the time is up, with the position at which it was armed
     */
    IdleTimeout(Timeline timeline, SessionConfig config, LongSupplier position, LongConsumer passed) {
        this.timeline = timeline;
        this.config = config;
        this.position = position;
        this.passed = passed;
    }

    /** @param untilHeard how long the assistant is still to be heard */
    void arm(Duration untilHeard) {
        disarm();
        JsonNode timeout = config.turnDetection().path("idle_timeout_ms");
        if (timeout.isIntegralNumber()) {
            long armedAt = position.getAsLong();
            timer = Optional.of(
                    timeline.after(untilHeard.plusMillis(timeout.longValue()), () -> passed.accept(armedAt)));
        }
    }

    void disarm() {
        timer.ifPresent(Timeline.Timer::cancel);
        timer = Optional.empty();
    }
}
