package dev.antiphon.testkit.assertions;

import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.JournalEntry;
import java.util.List;
import java.util.stream.Stream;

/** Assertions about one websocket at a simulator. */
public final class ConnectionAssert extends WireAssert<ConnectionAssert, Connection> {
    ConnectionAssert(Connection connection) {
        super(connection, ConnectionAssert.class);
    }

    @Override
    List<Seen> arrived() {
        return actual.received().stream().map(Seen::of).toList();
    }

    @Override
    List<String> happened() {
        return Stream.concat(actual.received().stream(), actual.sent().stream())
                .sorted(java.util.Comparator.comparingLong(JournalEntry::sequence))
                .map(entry -> Seen.of(entry).shown())
                .toList();
    }

    @Override
    String described() {
        return actual.toString();
    }

    /** These server events were sent in this order, others before, between and behind them. */
    public ConnectionAssert sentInOrder(String... types) {
        if (!patience().until(() -> Orders.contains(actual.sentTypes(), List.of(types)))) {
            throw failure("to have sent " + String.join(", ", types) + " in this order");
        }
        return this;
    }

    /** The client closed it with this code; 1005 if its close frame had none. */
    public ConnectionAssert wasClosedWith(int code) {
        if (!patience().until(() -> actual.closeCode().isPresent())) {
            throw failure("to have been closed by the client with " + code);
        } else if (actual.closeCode().getAsInt() != code) {
            throw failure("to have been closed by the client with " + code + ", not "
                    + actual.closeCode().getAsInt() + " \"" + actual.closeReason() + "\"");
        }
        return this;
    }

    /** The websocket does not stand any more. */
    public ConnectionAssert hasEnded() {
        if (!patience().until(() -> !actual.isOpen())) {
            throw failure("to have ended");
        }
        return this;
    }
}
