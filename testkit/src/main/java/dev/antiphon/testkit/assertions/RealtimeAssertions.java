package dev.antiphon.testkit.assertions;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Receipt;
import dev.antiphon.testkit.InMemorySocket;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Journal;

/**
 * Entry points, to be imported statically beside AssertJ's own {@code assertThat}. Every assertion waits
 * up to ten seconds for what must happen unless {@code within} says otherwise.
 */
public final class RealtimeAssertions {
    private RealtimeAssertions() {}

    /** About everything at a simulator, whichever connection it was on. */
    public static JournalAssert assertThat(Journal journal) {
        return new JournalAssert(journal);
    }

    /** About one websocket at a simulator. */
    public static ConnectionAssert assertThat(Connection connection) {
        return new ConnectionAssert(connection);
    }

    /** About one control socket in memory. */
    public static InMemorySocketAssert assertThat(InMemorySocket socket) {
        return new InMemorySocketAssert(socket);
    }

    /** About a conversation as the application sees it. */
    public static ConversationAssert assertThat(Conversation conversation) {
        return new ConversationAssert(conversation);
    }

    /** About what became of a text or hand-off output. */
    public static ReceiptAssert assertThat(Receipt receipt) {
        return new ReceiptAssert(receipt);
    }
}
