package dev.antiphon.core;

import dev.antiphon.core.ConversationLimits.AudioWhenFull;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The lane of audio frames, bounded by frames, bytes and age. Commands of the audio gate keep their
 * place between the frames and are never dropped. Guarded by the conversation's lock.
 */
final class AudioLane {
    /** Commands that may wait at once; more means a caller that toggles without anybody reading. */
    static final int MAX_COMMANDS = 64;

    private static final long NO_LIMIT = Long.MAX_VALUE;

    final InputRing ring = new InputRing();
    private final int maxFrames;
    private final long maxBytes;
    private final long maxAgeNanos;
    private final AudioWhenFull whenFull;
    private int commands;
    boolean paused;

    // Counters of the summary.
    long offered;
    long written;
    long writtenBytes;
    long droppedPaused;
    long droppedOverflow;
    long droppedStale;
    long droppedCleared;
    long droppedClosed;

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
                return AudioOffer.DROPPED;
            }
            ring.removeAt(firstFrame());
            replaced = true;
        }
        ring.addLast(frame, null, sequence, now);
        return replaced ? AudioOffer.REPLACED_OLDEST : AudioOffer.ACCEPTED;
    }

    /** Whether another command fits. */
    boolean hasRoomForCommand() {
        return commands < MAX_COMMANDS;
    }

    void command(ClientEvent command, Ticket ticket, long sequence, long now) {
        commands++;
        ring.addLast(command, ticket, sequence, now);
    }

    /** Drops what waited too long at the head. */
    void dropStale(long now) {
        while (maxAgeNanos != NO_LIMIT
                && !ring.isEmpty()
                && isFrame(ring.event(0))
                && now - ring.time(0) > maxAgeNanos) {
            ring.removeFirst();
            droppedStale++;
        }
    }

    /** Drops all frames that wait; commands stay. */
    void clearFrames() {
        while (frames() > 0) {
            ring.removeAt(firstFrame());
            droppedCleared++;
        }
    }

    /** Takes the head for writing. */
    void moveFirstTo(InputRing target) {
        if (!isFrame(ring.event(0))) {
            commands--;
        }
        ring.moveFirstTo(target);
    }

    void putBack(ClientEvent event, @Nullable Ticket ticket, long sequence, long time) {
        if (!isFrame(event)) {
            commands++;
        }
        ring.putBack(event, ticket, sequence, time);
    }

    void written(InputAudioBufferAppend frame) {
        written++;
        writtenBytes += frame.audio().length();
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

    /** Drops everything because of the end; returns the number of frames. */
    int discard() {
        int lost = frames();
        droppedClosed += lost;
        commands = 0;
        ring.clear();
        return lost;
    }

    int frames() {
        return ring.size() - commands;
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

    long dropped() {
        return droppedOverflow + droppedStale;
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
