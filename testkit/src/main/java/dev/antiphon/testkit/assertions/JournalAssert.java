package dev.antiphon.testkit.assertions;

import dev.antiphon.testkit.simulator.Journal;
import dev.antiphon.testkit.simulator.JournalEntry;
import java.util.List;

/** Assertions about everything at a simulator. */
public final class JournalAssert extends WireAssert<JournalAssert, Journal> {
    JournalAssert(Journal journal) {
        super(journal, JournalAssert.class);
    }

    @Override
    List<Seen> arrived() {
        return actual.received().stream().map(Seen::of).toList();
    }

    @Override
    List<String> happened() {
        return actual.entries().stream().map(entry -> Seen.of(entry).shown()).toList();
    }

    @Override
    String described() {
        return "the simulator";
    }

    /** These server events were sent in this order, on whichever connection. */
    public JournalAssert sentInOrder(String... types) {
        List<String> wanted = List.of(types);
        boolean sent = patience()
                .until(() -> Orders.contains(
                        actual.entries(JournalEntry.Kind.SENT).stream()
                                .map(JournalEntry::type)
                                .toList(),
                        wanted));
        if (!sent) {
            throw failure("to have sent " + String.join(", ", wanted) + " in this order");
        }
        return this;
    }

    /** These things happened in this order, others before, between and behind them. */
    public JournalAssert happenedInOrder(JournalEntry.Kind... kinds) {
        List<String> wanted = List.of(kinds).stream().map(Enum::name).toList();
        boolean happened = patience()
                .until(() -> Orders.contains(
                        actual.entries().stream()
                                .map(entry -> entry.kind().name())
                                .toList(),
                        wanted));
        if (!happened) {
            throw failure("to show " + String.join(", ", wanted) + " in this order");
        }
        return this;
    }
}
