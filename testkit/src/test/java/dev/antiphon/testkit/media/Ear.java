package dev.antiphon.testkit.media;

import dev.antiphon.testkit.simulator.JsonView;
import dev.antiphon.testkit.simulator.MediaListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Remembers what happened at one end of a call and waits for more. */
final class Ear implements MediaListener {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    // Guarded by this.
    private boolean connected;
    private final List<String> channels = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<byte[]> binaries = new ArrayList<>();
    private boolean channelClosed;
    private Optional<String> end = Optional.empty();
    private long samples;

    @Override
    public synchronized void onConnected() {
        connected = true;
        notifyAll();
    }

    @Override
    public synchronized void onSound(short[] heard) {
        samples += heard.length;
        notifyAll();
    }

    @Override
    public synchronized void onChannelOpened(String label) {
        channels.add(label);
        notifyAll();
    }

    @Override
    public synchronized void onText(String message) {
        texts.add(message);
        notifyAll();
    }

    @Override
    public synchronized void onBinary(byte[] message) {
        binaries.add(message);
        notifyAll();
    }

    @Override
    public synchronized void onChannelClosed() {
        channelClosed = true;
        notifyAll();
    }

    @Override
    public synchronized void onEnded(String reason) {
        end = Optional.of(reason);
        notifyAll();
    }

    void awaitConnected() {
        await("the connection", () -> connected);
    }

    void awaitChannel() {
        await("the data channel", () -> !channels.isEmpty());
    }

    void awaitChannelClosed() {
        await("the end of the data channel", () -> channelClosed);
    }

    void awaitSound(int count) {
        await(count + " samples", () -> samples >= count);
    }

    String awaitEnd() {
        await("the end", () -> end.isPresent());
        return end.orElseThrow();
    }

    /** The first text that contains this. */
    String awaitText(String part) {
        await("a text with " + part, () -> texts.stream().anyMatch(text -> text.contains(part)));
        synchronized (this) {
            return texts.stream()
                    .filter(text -> text.contains(part))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The first event of this type. */
    JsonView awaitEvent(String type) {
        return JsonView.parse(awaitText("\"type\":\"" + type + "\""));
    }

    synchronized List<String> texts() {
        return List.copyOf(texts);
    }

    synchronized List<String> types() {
        return texts.stream().map(text -> JsonView.parse(text).type()).toList();
    }

    synchronized boolean hasEnded() {
        return end.isPresent();
    }

    /** Waits for something that is not a notification, such as a figure. */
    static void eventually(String what, BooleanSupplier condition) {
        new Ear().await(what, condition);
    }

    private synchronized void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("waited in vain for " + what + "; so far connected " + connected
                        + ", channels " + channels + ", " + texts.size() + " texts, " + samples + " samples, end "
                        + end);
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, 20_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }
}
