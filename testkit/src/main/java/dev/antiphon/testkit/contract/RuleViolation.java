package dev.antiphon.testkit.contract;

/** A rule that an adapter broke: which one, what was observed, and the calls that were made so far. */
public final class RuleViolation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final Rule rule;
    private final String observed;

    /**
     * @param rule the broken rule
     * @param observed what happened instead, a sentence for people
     * @param calls what was recorded, one line for each conversation; may be empty
     */
    public RuleViolation(Rule rule, String observed, String calls) {
        super(rule + "\n  observed: " + observed + (calls.isEmpty() ? "" : "\n" + calls));
        this.rule = rule;
        this.observed = observed;
    }

    /** The broken rule. */
    public Rule rule() {
        return rule;
    }

    /** What happened instead. */
    public String observed() {
        return observed;
    }
}
