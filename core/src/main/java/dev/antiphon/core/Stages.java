package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** What an application can wait for in the life of a conversation. Each is decided once. */
final class Stages {
    private final boolean expectsAnswer;
    private final Promise<SdpAnswer> answer;
    final Promise<Void> ready;
    final Promise<Void> joined;
    final Promise<Closure> closed;

    Stages(boolean expectsAnswer, Executor threads) {
        this.expectsAnswer = expectsAnswer;
        this.answer = new Promise<>(threads);
        this.ready = new Promise<>(threads);
        this.joined = new Promise<>(threads);
        this.closed = new Promise<>(threads);
    }

    /** Made when asked for: an exception that waits in each conversation costs a fifth of its memory. */
    CompletionStage<SdpAnswer> answer() {
        return expectsAnswer
                ? answer.stage()
                : CompletableFuture.failedStage(
                        new IllegalStateException("started without an SDP offer: there is no answer"));
    }

    void answered(SdpAnswer sdp) {
        answer.complete(sdp);
        ready.complete(null);
    }

    void live() {
        ready.complete(null);
        joined.complete(null);
    }

    /** What was not reached will not be. */
    void ended(Closure closure) {
        ConversationClosedException why = new ConversationClosedException(closure);
        answer.fail(why);
        ready.fail(why);
        joined.fail(why);
        closed.complete(closure);
    }
}
