package dev.antiphon.testkit.assertions;

import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.testkit.Patience;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.AbstractAssert;

/** Assertions about what became of a text or hand-off output. */
public final class ReceiptAssert extends AbstractAssert<ReceiptAssert, Receipt> {
    private Patience patience = new Patience(Duration.ofSeconds(10));

    ReceiptAssert(Receipt receipt) {
        super(receipt, ReceiptAssert.class);
    }

    /** How long the assertions behind this one wait. */
    public ReceiptAssert within(Duration limit) {
        patience = new Patience(limit);
        return this;
    }

    /** The server confirmed it. */
    public ReceiptAssert isAcknowledged() {
        outcome("to be acknowledged", Outcome.Acknowledged.class);
        return this;
    }

    /** The server refused it with this code. */
    public ReceiptAssert isRejectedWith(String code) {
        Outcome.Rejected rejected = outcome("to be rejected with " + code, Outcome.Rejected.class);
        if (!rejected.code().equals(code)) {
            throw failure("to be rejected with " + code);
        }
        return this;
    }

    /** No byte of it left, for this reason. */
    public ReceiptAssert isNotSent(Outcome.Reason reason) {
        Outcome.NotSent notSent = outcome("not to be sent: " + reason, Outcome.NotSent.class);
        if (notSent.reason() != reason) {
            throw failure("not to be sent: " + reason);
        }
        return this;
    }

    /** Nobody can know, for this reason. */
    public ReceiptAssert isUnknown(Outcome.Reason reason) {
        Outcome.Unknown unknown = outcome("to be unknown: " + reason, Outcome.Unknown.class);
        if (unknown.reason() != reason) {
            throw failure("to be unknown: " + reason);
        }
        return this;
    }

    private <T extends Outcome> T outcome(String expectation, Class<T> type) {
        CompletableFuture<Outcome> outcome = actual.outcome().toCompletableFuture();
        if (!patience.until(outcome::isDone) || !type.isInstance(outcome.join())) {
            throw failure(expectation);
        }
        return type.cast(outcome.join());
    }

    private AssertionError failure(String expectation) {
        CompletableFuture<Outcome> outcome = actual.outcome().toCompletableFuture();
        CompletableFuture<Void> written = actual.written().toCompletableFuture();
        return failure(
                "%s",
                "expected item " + actual.itemId() + " " + expectation + " within "
                        + patience.limit().toMillis() + " ms; there was: "
                        + (outcome.isDone()
                                ? outcome.join()
                                : "no outcome, " + (written.isDone() ? "written" : "not written yet")));
    }
}
