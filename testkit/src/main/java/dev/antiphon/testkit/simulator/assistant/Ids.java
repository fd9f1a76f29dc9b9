package dev.antiphon.testkit.simulator.assistant;

import java.util.SplittableRandom;

/** Identifiers as the service prints them, reproducible from a seed. Safe for use by any thread. */
public final class Ids {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 21;

    private final SplittableRandom random;

    public Ids(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A fresh identifier, for example {@code next("item")} gives {@code item_4fR…}. */
    public synchronized String next(String kind) {
        StringBuilder id =
                new StringBuilder(kind.length() + 1 + LENGTH).append(kind).append('_');
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
