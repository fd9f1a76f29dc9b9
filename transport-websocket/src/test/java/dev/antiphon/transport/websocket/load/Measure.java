package dev.antiphon.transport.websocket.load;

import java.util.List;

/** What is measured, and what is wanted of it. */
enum Measure {
    UPLINK(
            "frames of 20 ms up, in bursts",
            Goal.ratio("cpu", "µs a frame", 1.5),
            Goal.figure("bytes", "B allocated a frame"),
            Goal.atMost("lost", "frames lost", 0)),
    AUDIO(
            "audio of 9 kB down",
            Goal.ratio("cpu", "µs an event", 1.5),
            Goal.atMost("bytes", "B allocated an event", 12_288),
            Goal.atMost("wrong", "wrong", 0)),
    TEXT("text down", Goal.atMost("cpu", "µs an event", 1.2), Goal.figure("bytes", "B allocated an event")),
    ECHO("500 × 50 frames/s and their echo", Goal.ofEcho()),
    ECHO_ON_LOOP("the same, listeners on the loop", Goal.ofEcho()),
    WRITTEN(
            "100 × 1 text/s, to the socket",
            Goal.figure("p50", "µs, median"),
            Goal.atMost("p99", "µs, 99th percentile", 1_000),
            Goal.atMost("lost", "lost", 0)),
    IDLE(
            "5,000 idle conversations",
            Goal.atMost("memory", "kB each, in the heap and outside", 14),
            Goal.figure("outside", "kB each, outside alone"),
            Goal.atMost("threads", "threads beside the JVM's", 8)),
    OFFER("16 threads offer at once", Goal.atMost("refused", "refused", 0));

    /**
     * A figure and its target.
     *
     * @param name as the worker prints it
     * @param limit most of the figure itself, or of its ratio to the bare client's; not a number if nothing is asked
     */
    record Goal(String name, String unit, double limit, boolean isRatio) {
        static Goal ratio(String name, String unit, double limit) {
            return new Goal(name, unit, limit, true);
        }

        static Goal atMost(String name, String unit, double limit) {
            return new Goal(name, unit, limit, false);
        }

        static Goal figure(String name, String unit) {
            return new Goal(name, unit, Double.NaN, false);
        }

        /** The same wherever listeners run. */
        static Goal[] ofEcho() {
            return new Goal[] {
                ratio("cpu", "µs a round trip", 1.3),
                figure("p50", "µs, median"),
                atMost("p99", "µs, 99th percentile", 2_000),
                figure("best", "µs, the same of the best round"),
                atMost("lost", "lost", 0)
            };
        }
    }

    final String title;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    final List<Goal> goals;

    Measure(String title, Goal... goals) {
        this.title = title;
        this.goals = List.of(goals);
    }
}
