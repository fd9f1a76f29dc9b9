package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import dev.antiphon.transport.websocket.wire.EventCodec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of one socket: gathers events into buffers of at most 64 kB and hands over one
 * buffer at a time, so that what has not been handed over is known not to have left.
 *
 * <p>All fields are confined to the channel's event loop, on which the engine calls {@link #write}
 * and {@link #flush}.
 */
final class Outbound implements InputWriter {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int SMALL_BATCH_BYTES = 2048;

    private final ChannelHandlerContext context;
    private final EventCodec codec;
    private final SocketSettings settings;
    private final boolean encrypted;
    private final Trouble trouble;

    // Complete batches that were not handed over yet, and the one being filled.
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>(2);
    private @Nullable Batch filling;
    private boolean inFlight;
    private boolean running;
    private boolean ended;

    // The newest ping that is still to be answered; RFC 6455 §5.5.3 lets older ones go.
    private byte @Nullable [] pongOwed;
    private boolean pongInFlight;

    private long progressNanos;
    private boolean watched;

    /** What makes a socket useless for writing. */
    interface Trouble {
        /** Written bytes made no progress for the write timeout. */
        void onStuck();

        /** A write failed although nobody closed the channel. */
        void onWriteFailed(Throwable cause);
    }

    Outbound(
            ChannelHandlerContext context,
            EventCodec codec,
            SocketSettings settings,
            boolean encrypted,
            Trouble trouble) {
        this.context = context;
        this.codec = codec;
        this.settings = settings;
        this.encrypted = encrypted;
        this.trouble = trouble;
    }

    @Override
    public CompletionStage<Void> write(ClientEvent event) {
        if (ended) {
            return CompletableFuture.failedFuture(new NotWrittenException("the socket has ended"));
        }
        LoopScratch scratch = LoopScratch.get();
        ByteBuf json = scratch.encoded();
        try {
            codec.encode(event, json);
        } catch (IllegalArgumentException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        return append(FrameWriter.TEXT, json.array(), json.arrayOffset(), json.readableBytes(), scratch.maskKey());
    }

    /** Appends one message to the batch being filled. The payload is garbage afterwards. */
    CompletionStage<Void> append(int opcode, byte[] payload, int offset, int length, int maskKey) {
        int size = Math.toIntExact(FrameWriter.sizeOf(length));
        Batch batch = filling;
        if (batch != null && batch.bytes.readableBytes() + size > BATCH_BYTES) {
            seal();
            batch = null;
        }
        if (batch == null) {
            batch = new Batch(context.alloc().directBuffer(Math.max(size, SMALL_BATCH_BYTES)));
            filling = batch;
        } else if (batch.bytes.writableBytes() < size) {
            batch.bytes.capacity(BATCH_BYTES);
        }
        FrameWriter.write(opcode, payload, offset, length, maskKey, batch.bytes);
        return batch.written;
    }

    @Override
    public void flush() {
        seal();
        pump();
    }

    @Override
    public int windowBytes() {
        return settings.windowBytes();
    }

    /** The event loop; without a hop where the caller is on it and no earlier task is still running. */
    @Override
    public Executor executor() {
        return task -> {
            if (context.executor().inEventLoop() && !running) {
                run(task);
            } else {
                context.executor().execute(() -> run(task));
            }
        };
    }

    private void run(Runnable task) {
        boolean outer = running;
        running = true;
        try {
            task.run();
        } finally {
            running = outer;
        }
    }

    private void seal() {
        if (filling != null) {
            waiting.add(filling);
            filling = null;
        }
    }

    private void pump() {
        while (!inFlight) {
            Batch next = waiting.poll();
            if (next == null) {
                return;
            }
            inFlight = true;
            progressNanos = System.nanoTime();
            context.writeAndFlush(next.bytes, next.promise(context)).addListener(done -> {
                inFlight = false;
                progressNanos = System.nanoTime();
                next.complete(done.cause(), encrypted);
                if (done.isSuccess()) {
                    pump();
                } else if (!ended) {
                    trouble.onWriteFailed(done.cause());
                }
            });
        }
        watch();
    }

    /** Answers a ping. While an earlier answer waits for the network, only the newest is kept. */
    void pong(byte[] bytes, int offset, int length) {
        byte[] payload = new byte[length];
        System.arraycopy(bytes, offset, payload, 0, length);
        if (pongInFlight) {
            pongOwed = payload;
            return;
        }
        pongInFlight = true;
        control(FrameWriter.PONG, payload, () -> {
            pongInFlight = false;
            byte[] owed = pongOwed;
            if (owed != null && !ended) {
                pongOwed = null;
                pong(owed, 0, owed.length);
            }
        });
    }

    /** Sends a ping. */
    void ping() {
        control(FrameWriter.PING, new byte[0], () -> {});
    }

    /** Gives up everything that was not handed over, then sends a close frame as the last one. */
    void close(int code, byte[] reason) {
        end(new NotWrittenException("the socket was closed before it was written"));
        byte[] payload = new byte[code == CloseCode.NO_CODE ? 0 : 2 + reason.length];
        if (payload.length > 0) {
            payload[0] = (byte) (code >>> 8);
            payload[1] = (byte) code;
            System.arraycopy(reason, 0, payload, 2, reason.length);
        }
        control(FrameWriter.CLOSE, payload, () -> {});
    }

    /** Gives up everything that was not handed over; nothing can be written from here on. Idempotent. */
    void end(NotWrittenException reason) {
        ended = true;
        seal();
        for (Batch batch = waiting.poll(); batch != null; batch = waiting.poll()) {
            batch.bytes.release();
            batch.written.completeExceptionally(reason);
        }
    }

    private void control(int opcode, byte[] payload, Runnable onDone) {
        ByteBuf frame = context.alloc().directBuffer((int) FrameWriter.sizeOf(payload.length));
        FrameWriter.write(opcode, payload, 0, payload.length, LoopScratch.get().maskKey(), frame);
        context.writeAndFlush(frame).addListener(done -> onDone.run());
    }

    private void watch() {
        if (inFlight && !watched) {
            watched = true;
            later(settings.writeTimeout().toNanos());
        }
    }

    private void later(long nanos) {
        var unused = context.executor().schedule(this::checkProgress, nanos, TimeUnit.NANOSECONDS);
    }

    private void checkProgress() {
        watched = false;
        Channel channel = context.channel();
        if (!inFlight || !channel.isActive()) {
            return;
        }
        long left = settings.writeTimeout().toNanos() - (System.nanoTime() - progressNanos);
        if (left > 0) {
            watched = true;
            later(left);
        } else {
            trouble.onStuck();
        }
    }

    /** One buffer of whole frames, and the stage that all its events share. */
    private final class Batch implements ChannelProgressiveFutureListener {
        private final ByteBuf bytes;
        private final CompletableFuture<Void> written = new CompletableFuture<>();
        private boolean begun;

        Batch(ByteBuf bytes) {
            this.bytes = bytes;
        }

        ChannelProgressivePromise promise(ChannelHandlerContext at) {
            return at.newProgressivePromise().addListener(this);
        }

        @Override
        public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
            begun = true;
            progressNanos = System.nanoTime();
        }

        @Override
        public void operationComplete(ChannelProgressiveFuture future) {}

        void complete(@Nullable Throwable cause, boolean partsUnknown) {
            if (cause == null) {
                written.complete(null);
            } else if (begun || partsUnknown) {
                // TLS records cut a batch into pieces whose fate nobody reports.
                written.completeExceptionally(cause);
            } else {
                written.completeExceptionally(new NotWrittenException("the connection was lost first", cause));
            }
        }
    }
}
