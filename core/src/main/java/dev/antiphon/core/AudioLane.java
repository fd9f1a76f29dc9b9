package dev.antiphon.core;

import dev.antiphon.core.ConversationLimits.AudioWhenFull;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;
import java.time.Duration;

/**
 * The lane of audio frames, bounded by frames, bytes and age. Commands of the audio gate keep their
 * place between the frames and are never dropped. Guarded by the conversation's lock.
 */
final class AudioLane {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    final InputRing ring = new InputRing();
    private final int maxFrames;
    private final long maxBytes;
    private final long maxAgeNanos;
    private final AudioWhenFull whenFull;
    private int commands;
    boolean paused;

    // Counters of the summary.
    private long offered;
    private long written;
    private long writtenBytes;
    private long droppedPaused;
    private long droppedOverflow;
    private long droppedStale;
    private long droppedCleared;
    private long droppedClosed;

    /** Losses that were not reported yet. */
    private final AudioLoss loss = new AudioLoss();

    AudioLane(ConversationLimits limits) {
        this.maxFrames = limits.audioFrames();
        this.maxBytes = limits.audioBytes();
        this.maxAgeNanos = limits.audioAge().map(Duration::toNanos).orElse(NO_LIMIT);
        this.whenFull = limits.audioWhenFull();
    }

    AudioOffer offer(InputAudioBufferAppend frame, long sequence, long now) {
        offered++;
        if (paused) {
            droppedPaused++;
            return AudioOffer.PAUSED;
        }
        boolean replaced = false;
        while (frames() > 0 && (frames() >= maxFrames || ring.bytes() + frame.sizeHint() > maxBytes)) {
            droppedOverflow++;
            if (whenFull == AudioWhenFull.DROP_NEWEST) {
                loss.overflow(frame, sequence);
                return AudioOffer.DROPPED;
            }
            int oldest = firstFrame();
            loss.overflow(ring.event(oldest), ring.sequence(oldest));
            ring.removeAt(oldest);
            replaced = true;
        }
        ring.addLast(frame, null, sequence, now);
        return replaced ? AudioOffer.REPLACED_OLDEST : AudioOffer.ACCEPTED;
    }

    /** A frame that came after the end. */
    AudioOffer refuse() {
        offered++;
        droppedClosed++;
        return AudioOffer.CLOSED;
    }

    /** Queues a command behind the frames offered so far. */
    void command(ClientEvent command, Ticket ticket, long sequence, long now) {
        commands++;
        ring.addLast(command, ticket, sequence, now);
    }

    int commands() {
        return commands;
    }

    /** Takes the head for writing; frames that waited too long are dropped on the way. */
    boolean takeNext(InputRing target, long now) {
        dropStale(now);
        if (ring.isEmpty()) {
            return false;
        }
        if (!isFrame(ring.event(0))) {
            commands--;
        }
        ring.moveFirstTo(target);
        return true;
    }

    private void dropStale(long now) {
        while (maxAgeNanos != NO_LIMIT
                && !ring.isEmpty()
                && isFrame(ring.event(0))
                && now - ring.time(0) > maxAgeNanos) {
            droppedStale++;
            loss.stale(ring.event(0), ring.sequence(0));
            ring.removeFirst();
        }
    }

    /** Drops all frames that wait; commands stay. */
    void clearFrames() {
        while (frames() > 0) {
            ring.removeAt(firstFrame());
            droppedCleared++;
        }
    }

    /** An entry that was taken and not written goes back to its place. */
    void putBack(InputRing batch, int index) {
        if (!isFrame(batch.event(index))) {
            commands++;
        }
        ring.putBack(batch, index);
    }

    void written(InputAudioBufferAppend frame) {
        written++;
        writtenBytes += frame.audio().length();
    }

    /** A frame is gone with its connection or with the conversation. */
    void lost() {
        droppedClosed++;
    }

    /** The ring was emptied. */
    void emptied() {
        commands = 0;
    }

    /** Whether a command that was given before the sequence number still waits. */
    boolean hasCommandBefore(long sequence) {
        if (commands == 0) {
            return false;
        }
        for (int i = 0; i < ring.size() && ring.sequence(i) < sequence; i++) {
            if (!isFrame(ring.event(i))) {
                return true;
            }
        }
        return false;
    }

    int frames() {
        return ring.size() - commands;
    }

    AudioLoss loss() {
        return loss;
    }

    static boolean isFrame(ClientEvent event) {
        return event instanceof InputAudioBufferAppend;
    }

    private int firstFrame() {
        int index = 0;
        while (!isFrame(ring.event(index))) {
            index++;
        }
        return index;
    }

    ConversationSummary.Audio summary() {
        return new ConversationSummary.Audio(
                offered,
                written,
                writtenBytes,
                droppedPaused,
                droppedOverflow,
                droppedStale,
                droppedCleared,
                droppedClosed,
                frames());
    }
}
