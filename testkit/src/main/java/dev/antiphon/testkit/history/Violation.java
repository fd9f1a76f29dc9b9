package dev.antiphon.testkit.history;

/**
 * A promise that a history breaks.
 *
 * @param guarantee which one
 * @param conversation whose
 * @param what what happened instead
 */
public record Violation(Guarantee guarantee, String conversation, String what) {
    @Override
    public String toString() {
        return guarantee + " (" + guarantee.rule() + ") is broken by " + conversation + ": " + what;
    }
}
