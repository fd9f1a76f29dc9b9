package dev.antiphon.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A result to come. Whoever decides it does so at once, on any thread, and runs no application code by
 * it: what the application hangs on {@link #stage} runs on the library's threads, each in a task of its
 * own, so that one dependent which waits for another result cannot hold that result up.
 */
final class Promise<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Executor threads;

    /** The view that was handed out while the result was open; a second one made by a race does no harm. */
    private volatile @Nullable CompletionStage<T> view;

    /** @param threads runs what the application hangs on the stage */
    Promise(Executor threads) {
        this.threads = threads;
    }

    /**
     * Returns whether this call decided it.
     *
     * @param value null only for {@code Promise<Void>}
     */
    boolean complete(@Nullable T value) {
        return result.complete(value);
    }

    /** Returns whether this call decided it. */
    boolean fail(Throwable why) {
        return result.completeExceptionally(why);
    }

    /** What the application sees; once the result is decided, always a completed stage. */
    CompletionStage<T> stage() {
        if (result.isDone()) {
            return result.minimalCompletionStage();
        }
        CompletionStage<T> open = view;
        if (open == null) {
            open = result.thenApplyAsync(Function.identity(), threads).minimalCompletionStage();
            view = open;
        }
        return open;
    }
}
