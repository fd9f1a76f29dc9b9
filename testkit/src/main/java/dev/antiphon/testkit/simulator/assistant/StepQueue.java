package dev.antiphon.testkit.simulator.assistant;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;

/** Small steps, one after the other, with waits between them. */
final class StepQueue {
    /** @param passage must let the queue through before what follows */
    private record Step(Duration before, Optional<Consumer<Runnable>> passage, Runnable action) {}

    private final Timeline timeline;
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private Optional<Timeline.Timer> timer = Optional.empty();
    private boolean stopped;
    /** Whether the wait before the next step is over. */
    private boolean waited;

    StepQueue(Timeline timeline) {
        this.timeline = timeline;
    }

    void add(Duration before, Runnable action) {
        steps.add(new Step(before, Optional.empty(), action));
    }

    /** @param passage is given what goes on with the queue, and calls it once */
    void addPassage(Consumer<Runnable> passage) {
        steps.add(new Step(Duration.ZERO, Optional.of(passage), () -> {}));
    }

    /** Runs the steps that are due. One with a wait gives way to whatever else is waiting, however short it is. */
    void run() {
        while (!stopped && !steps.isEmpty()) {
            Step step = steps.peek();
            if (!waited && !step.before().isZero()) {
                waited = true;
                timer = Optional.of(timeline.after(step.before(), this::run));
                return;
            }
            waited = false;
            steps.remove();
            if (step.passage().isPresent()) {
                step.passage().get().accept(this::run);
                return;
            }
            step.action().run();
        }
    }

    /** Drops what is left; nothing runs any more. */
    void stop() {
        stopped = true;
        steps.clear();
        timer.ifPresent(Timeline.Timer::cancel);
    }

    boolean isStopped() {
        return stopped;
    }
}
