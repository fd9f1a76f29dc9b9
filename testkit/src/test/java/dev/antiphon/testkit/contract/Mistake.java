package dev.antiphon.testkit.contract;

/**
 * One mistake that an author of adapters can make, and the rule that finds it.
 *
 * @param what what the adapter does, as the end of the sentence "an adapter that …"
 * @param rule the rule that must fail
 * @param offered whether it is tried with an SDP offer, else without one
 * @param tampering makes it
 */
record Mistake(String what, Rule rule, boolean offered, Tampering tampering) {
    /** A mistake that shows without an SDP offer. */
    static Mistake direct(Rule rule, String what, Tampering tampering) {
        return new Mistake(what, rule, false, tampering);
    }

    /** A mistake that shows with an SDP offer. */
    static Mistake offered(Rule rule, String what, Tampering tampering) {
        return new Mistake(what, rule, true, tampering);
    }

    @Override
    public String toString() {
        return "an adapter that " + what;
    }
}
