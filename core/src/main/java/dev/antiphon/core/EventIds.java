package dev.antiphon.core;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of the events and items of one conversation: unlike those of any other, at most 32 characters. */
final class EventIds {
    private final String prefix = Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, Character.MAX_RADIX);
    private final AtomicLong next = new AtomicLong();

    String event() {
        return "evt_" + unique();
    }

    String item() {
        return "item_" + unique();
    }

    private String unique() {
        return prefix + "_" + Long.toString(next.incrementAndGet(), Character.MAX_RADIX);
    }
}
