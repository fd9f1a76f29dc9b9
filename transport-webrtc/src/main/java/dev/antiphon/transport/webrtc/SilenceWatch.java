package dev.antiphon.transport.webrtc;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Notices that the server has sent nothing for a time: a caller who left is silent for ever. Reports
 * once per silence. Confined to the owner; hearing costs no timer.
 */
final class SilenceWatch {
    private final Timers timers;
    private final Duration limit;
    private final Consumer<Duration> onSilent;

    private boolean on;
    private boolean reported;
    private long heardNanos;
    private Scheduler.Timer timer = () -> {};

    SilenceWatch(Timers timers, Duration limit, Consumer<Duration> onSilent) {
        this.timers = timers;
        this.limit = limit;
        this.onSilent = onSilent;
    }

    void start() {
        stop();
        on = true;
        heard();
        rearm(limit);
    }

    void heard() {
        heardNanos = timers.nanoTime();
        if (reported && on) {
            reported = false;
            rearm(limit);
        }
    }

    void stop() {
        on = false;
        reported = false;
        timer.cancel();
    }

    private void rearm(Duration delay) {
        timer = timers.after(delay, this::look);
    }

    private void look() {
        Duration silence = Duration.ofNanos(timers.nanoTime() - heardNanos);
        if (silence.compareTo(limit) < 0) {
            rearm(limit.minus(silence));
        } else {
            reported = true;
            onSilent.accept(silence);
        }
    }
}
