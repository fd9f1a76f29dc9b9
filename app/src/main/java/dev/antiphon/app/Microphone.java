package dev.antiphon.app;

import dev.antiphon.core.AudioOffer;
import dev.antiphon.core.Conversation;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Speaks a recording into a conversation as a microphone would: one frame of 20 ms every 20 ms, and
 * silence behind it so that the server hears the end of the turn. Runs on a thread of its own from
 * its construction until all was spoken, the conversation ends or it is stopped.
 */
final class Microphone {
    /** More than the usual 500 ms after which a server takes a turn for finished. */
    static final Duration TRAILING_SILENCE = Duration.ofMillis(800);

    private static final int FRAMES_PER_SECOND = 50;

    private final Conversation conversation;
    private final byte[] pcm;
    private final Listener heard;
    private final Thread thread;
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Hears a microphone, on its thread. */
    interface Listener {
        /** It begins to speak; never called for a microphone that was stopped before. */
        void begun();

        /** After each second, and once at its end: how many frames the conversation took. */
        void spoken(long accepted, boolean last);

        /** All has left for the server or was dropped; it was not stopped before. */
        void finished();
    }

    Microphone(Conversation conversation, WavFile recording, Listener heard) {
        this.conversation = conversation;
        this.pcm = recordingWithSilence(recording);
        this.heard = heard;
        this.thread = new Thread(this::speak, "antiphon-microphone");
        thread.setDaemon(true);
        thread.start();
    }

    /** Everything that is spoken. */
    static byte[] recordingWithSilence(WavFile recording) {
        int silence = (int) (TRAILING_SILENCE.toMillis() * Pcm.BYTES_PER_SECOND / 1_000);
        return Arrays.copyOf(recording.pcm(), recording.pcm().length + silence);
    }

    /** Begins to speak. */
    void speakUp() {
        released.countDown();
    }

    /** Stops speaking, or never begins, and waits until the thread has ended. */
    void stop() throws InterruptedException {
        stopped.countDown();
        released.countDown();
        thread.join();
    }

    private void speak() {
        try {
            released.await();
            if (stopped.getCount() == 0) {
                return;
            }
            heard.begun();
            long accepted = speakFrames();
            heard.spoken(accepted, true);
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return how many frames were accepted */
    private long speakFrames() throws InterruptedException {
        long started = System.nanoTime();
        long accepted = 0;
        int frames = 0;
        for (int at = 0; at < pcm.length; at += Pcm.FRAME_BYTES) {
            long wait = started + frames * Pcm.FRAME.toNanos() - System.nanoTime();
            if (stopped.await(wait, TimeUnit.NANOSECONDS)) {
                return accepted;
            }
            AudioOffer offer =
                    conversation.offerAudio(Arrays.copyOfRange(pcm, at, Math.min(at + Pcm.FRAME_BYTES, pcm.length)));
            if (offer == AudioOffer.CLOSED) {
                return accepted;
            }
            if (offer == AudioOffer.ACCEPTED || offer == AudioOffer.REPLACED_OLDEST) {
                accepted++;
            }
            frames++;
            if (frames % FRAMES_PER_SECOND == 0) {
                heard.spoken(accepted, false);
            }
        }
        if (awaitLeft()) {
            heard.finished();
        }
        return accepted;
    }

    /**
     * A conversation that is closed discards what waits in it, so the last frame has to be out first. Nothing
     * tells of a frame; to look as often as one is spoken is soon enough.
     *
     * @return whether everything has left; false if it was stopped before
     */
    private boolean awaitLeft() throws InterruptedException {
        while (conversation.summary().audio().pending() > 0) {
            if (stopped.await(Pcm.FRAME.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }
}
