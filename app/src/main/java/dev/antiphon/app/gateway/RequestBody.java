package dev.antiphon.app.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * The body of one request: read into memory, or let go by. At most one of both is under way; letting go
 * takes over from a read that is still waiting. Bounded in bytes and time either way. Safe for use by any
 * thread.
 */
final class RequestBody {
    /** There is more of it than there may be. */
    static final class TooLongException extends Exception {
        private static final long serialVersionUID = 1L;

        TooLongException() {
            super("the body is too long");
        }
    }

    private static final class Reading {
        private final int mostBytes;
        private final boolean keeps;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> done = new CompletableFuture<>();
        private long count;

        Reading(int mostBytes, boolean keeps) {
            this.mostBytes = mostBytes;
            this.keeps = keeps;
        }

        private boolean takes(ByteBuffer bytes) {
            count += bytes.remaining();
            if (count > mostBytes) {
                return false;
            } else if (keeps) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                kept.writeBytes(copy);
            }
            return true;
        }
    }

    private final Request request;

    // Guarded by this.
    private Reading reading = new Reading(0, false);
    private boolean demanded;

    RequestBody(Request request) {
        this.request = request;
    }

    /**
     * The whole body.
     *
     * @return fails with {@link TooLongException} if it is longer than that, with
     *     {@link java.util.concurrent.TimeoutException} if it takes longer, with what broke it otherwise
     */
    CompletionStage<byte[]> read(int mostBytes, Duration limit) {
        return begin(new Reading(mostBytes, true)).orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Forgets what has arrived and waits for nothing. Jetty's own way, {@link Request#consumeAvailable}, would
     * read nothing more afterwards.
     *
     * @return whether that was all of the body
     */
    synchronized boolean skipAvailable(int mostBytes) {
        long skipped = 0;
        while (request.getLength() != 0 && skipped <= mostBytes) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                return false;
            }
            skipped += chunk.remaining();
            chunk.release();
            if (chunk.isLast()) {
                return !Content.Chunk.isFailure(chunk);
            }
        }
        return request.getLength() == 0;
    }

    /** Forgets what still arrives, until the body ends or breaks or a bound is reached; never fails. */
    CompletionStage<Void> letGo(int mostBytes, Duration limit) {
        return begin(new Reading(mostBytes, false))
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .handle((end, broken) -> null);
    }

    private CompletableFuture<byte[]> begin(Reading next) {
        synchronized (this) {
            reading = next;
        }
        go();
        return next.done;
    }

    private void arrived() {
        synchronized (this) {
            demanded = false;
        }
        go();
    }

    /** Reads what there is. What ends the reading is reported without the lock. */
    private void go() {
        Reading current;
        Runnable end;
        synchronized (this) {
            current = reading;
            end = step(current);
        }
        end.run();
    }

    private Runnable step(Reading current) {
        while (!demanded && !current.done.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                demanded = true;
                request.demand(this::arrived);
            } else if (Content.Chunk.isFailure(chunk)) {
                Throwable broken = chunk.getFailure();
                return () -> current.done.completeExceptionally(broken);
            } else {
                boolean fits = current.takes(chunk.getByteBuffer());
                chunk.release();
                if (!fits) {
                    return () -> current.done.completeExceptionally(new TooLongException());
                } else if (chunk.isLast()) {
                    return () -> current.done.complete(current.kept.toByteArray());
                }
            }
        }
        return () -> {};
    }
}
