package dev.antiphon.testkit.assertions;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Phase;
import dev.antiphon.core.TranscriptEntry;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.testkit.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.AbstractAssert;

/** Assertions about a conversation as the application sees it. */
public final class ConversationAssert extends AbstractAssert<ConversationAssert, Conversation> {
    private Patience patience = new Patience(Duration.ofSeconds(10));

    ConversationAssert(Conversation conversation) {
        super(conversation, ConversationAssert.class);
    }

    /** How long the assertions behind this one wait. */
    public ConversationAssert within(Duration limit) {
        patience = new Patience(limit);
        return this;
    }

    /** It is in this phase, now or soon. */
    public ConversationAssert isIn(Phase phase) {
        if (!patience.until(() -> actual.phase() == phase)) {
            throw failure("to be " + phase);
        }
        return this;
    }

    /** The control socket stands. */
    public ConversationAssert isLive() {
        return isIn(Phase.LIVE);
    }

    /** It has ended, and this one ended it. */
    public ConversationAssert wasEndedBy(Closure.Initiator initiator) {
        if (closure("to have been ended by " + initiator).initiator() != initiator) {
            throw failure("to have been ended by " + initiator);
        }
        return this;
    }

    /** It has ended with this close code. */
    public ConversationAssert endedWith(int code) {
        if (closure("to have ended with " + code).code() != code) {
            throw failure("to have ended with " + code);
        }
        return this;
    }

    /** It has failed with this fault. */
    public ConversationAssert failedWith(Fault fault) {
        Closure closure = closure("to have failed with " + fault);
        if (closure.cause().filter(cause -> cause.fault() == fault).isEmpty()) {
            throw failure("to have failed with " + fault);
        }
        return this;
    }

    /** The transcript holds these texts, in this order, others between them or not. */
    public ConversationAssert hasTranscript(String... texts) {
        List<String> wanted = List.of(texts);
        if (!patience.until(() -> Orders.contains(said(), wanted))) {
            throw failure("to have said " + wanted);
        }
        return this;
    }

    private List<String> said() {
        return actual.transcript().stream().map(TranscriptEntry::text).toList();
    }

    private Closure closure(String expectation) {
        CompletableFuture<Closure> closed = actual.closed().toCompletableFuture();
        if (!patience.until(closed::isDone)) {
            throw failure(expectation);
        }
        return closed.join();
    }

    private AssertionError failure(String expectation) {
        CompletableFuture<Closure> closed = actual.closed().toCompletableFuture();
        String end = closed.isDone() ? "\n  end: " + closed.join() : "";
        return failure(
                "%s",
                "expected conversation " + actual.id() + " " + expectation + " within "
                        + patience.limit().toMillis() + " ms; there was:\n  phase: " + actual.phase() + end
                        + "\n  transcript: " + said() + "\n  " + actual.summary());
    }
}
