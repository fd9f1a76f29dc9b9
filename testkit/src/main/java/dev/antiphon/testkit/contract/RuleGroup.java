package dev.antiphon.testkit.contract;

/** Chapters of the contract. */
public enum RuleGroup {
    LIFECYCLE("Life of a connection"),
    GRAMMAR("Grammar of calls"),
    ORDER("Order and completeness"),
    WRITING("Writing"),
    CONCURRENCY("Concurrency"),
    BACK_PRESSURE("Back pressure"),
    STOP("Stop in each phase"),
    FAULTS("Faults"),
    LEAKS("Nothing is left"),
    ENGINE("With the engine");

    private final String title;

    RuleGroup(String title) {
        this.title = title;
    }

    /** Heading for people. */
    public String title() {
        return title;
    }
}
