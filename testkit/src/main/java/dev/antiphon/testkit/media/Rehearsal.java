package dev.antiphon.testkit.media;

import dev.antiphon.testkit.simulator.MediaLeg;
import dev.antiphon.testkit.simulator.MediaListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A call of a peer to itself. The first handshake of a Java machine loads thousands of classes and the first
 * frames of sound are decoded by the interpreter, which takes seconds; better that nobody is waiting then.
 * Done once in the life of a Java machine.
 */
final class Rehearsal implements MediaListener {
    private static final long LIMIT_SECONDS = 8;
    private static final int FRAMES = 150;

    /** Guarded by the class. */
    private static CompletableFuture<Void> newest = CompletableFuture.failedFuture(new IllegalStateException("cold"));

    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** Both ends open the data channel. */
    private final CountDownLatch opened = new CountDownLatch(2);

    private Rehearsal() {}

    /** Completes when the Java machine is warm, whichever peer made it so; fails if that was closed meanwhile. */
    static synchronized CompletableFuture<Void> of(WebRtcPeer peer) {
        if (newest.isCompletedExceptionally()) {
            Rehearsal rehearsal = new Rehearsal();
            newest = rehearsal.done;
            Thread thread = new Thread(() -> rehearsal.perform(peer), "antiphon-media-rehearsal");
            thread.setDaemon(true);
            thread.start();
        }
        return newest;
    }

    private void perform(WebRtcPeer peer) {
        try (MediaCaller caller = peer.call(this)) {
            MediaLeg answerer = peer.answer(caller.offer(), this);
            caller.accept(answerer.answer());
            exerciseOpus();
            boolean complete = opened.await(LIMIT_SECONDS, TimeUnit.SECONDS);
            answerer.close();
            if (complete) {
                done.complete(null);
            } else {
                done.completeExceptionally(new IllegalStateException("the rehearsal call did not connect"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            done.completeExceptionally(e);
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    private static void exerciseOpus() {
        Opus.Encoder encoder = new Opus.Encoder();
        Opus.Decoder decoder = new Opus.Decoder();
        short[] frame = new short[Opus.FRAME];
        for (int f = 0; f < FRAMES; f++) {
            for (int i = 0; i < frame.length; i++) {
                frame[i] = (short) (8_000 * Math.sin(i * (0.05 + 0.001 * f)));
            }
            short[] unused = decoder.decode(encoder.encode(frame));
        }
    }

    @Override
    public void onConnected() {}

    @Override
    public void onSound(short[] samples) {}

    @Override
    public void onChannelOpened(String label) {
        opened.countDown();
    }

    @Override
    public void onText(String message) {}

    @Override
    public void onBinary(byte[] message) {}

    @Override
    public void onChannelClosed() {}

    @Override
    public void onEnded(String reason) {}
}
