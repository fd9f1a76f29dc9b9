package dev.antiphon.app;

/** Numbers with their nouns. */
final class Counted {
    private Counted() {}

    /** {@code 1 text}, {@code 2 texts}. */
    static String of(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
