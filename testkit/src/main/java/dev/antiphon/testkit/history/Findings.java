package dev.antiphon.testkit.history;

import java.util.List;

/** Where the rules write what they find in one conversation. */
record Findings(String conversation, List<Violation> all) {
    void add(Guarantee broken, String what) {
        all.add(new Violation(broken, conversation, what));
    }
}
