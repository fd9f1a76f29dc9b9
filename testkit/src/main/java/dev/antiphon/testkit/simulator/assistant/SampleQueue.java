package dev.antiphon.testkit.simulator.assistant;

import java.util.Arrays;

/** Samples waiting to fill a delta. */
final class SampleQueue {
    private short[] samples = new short[0];

    int size() {
        return samples.length;
    }

    void add(short[] more) {
        int old = samples.length;
        samples = Arrays.copyOf(samples, old + more.length);
        System.arraycopy(more, 0, samples, old, more.length);
    }

    /** Takes this many, or all if there are fewer. */
    short[] take(int count) {
        short[] head = Arrays.copyOf(samples, Math.min(count, samples.length));
        samples = Arrays.copyOfRange(samples, head.length, samples.length);
        return head;
    }
}
