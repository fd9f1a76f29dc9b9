package dev.antiphon.testkit.contract;

/** One chapter of rules, as test methods that the contract inherits. */
interface Rules {
    /** Where the current rule is tried. */
    ContractBench bench();
}
