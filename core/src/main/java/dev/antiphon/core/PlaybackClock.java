package dev.antiphon.core;

import java.time.Duration;

/**
 * How much of the model's audio the caller has heard, per item. What was played is told by the
 * application; positions never exceed what was received. Guarded by the conversation's lock.
 */
final class PlaybackClock {
    private final double bytesPerMilli;
    private String itemId = "";
    private int contentIndex;
    private long receivedBytes;
    private double playedMillis;

    PlaybackClock(double bytesPerMilli) {
        this.bytesPerMilli = bytesPerMilli;
    }

    /** Audio of an item arrived; another item starts from zero. */
    void onAudio(String item, int content, int bytes) {
        if (!item.equals(itemId) || content != contentIndex) {
            itemId = item;
            contentIndex = content;
            receivedBytes = 0;
            playedMillis = 0;
        }
        receivedBytes += bytes;
    }

    void playedBytes(long bytes) {
        playedMillis(bytes / bytesPerMilli);
    }

    void playedMillis(double millis) {
        playedMillis = Math.min(playedMillis + millis, (double) receivedMillis());
    }

    Duration heard() {
        return Duration.ofMillis((long) playedMillis);
    }

    Duration received() {
        return Duration.ofMillis(receivedMillis());
    }

    /** The position to truncate at: whole milliseconds, at most what was received; 0 truncates nothing. */
    long clamp(Duration heardSoFar) {
        return Math.max(0, Math.min(heardSoFar.toMillis(), receivedMillis()));
    }

    String itemId() {
        return itemId;
    }

    int contentIndex() {
        return contentIndex;
    }

    /** Another connection, or an interruption: what was playing is over. */
    void clear() {
        itemId = "";
        contentIndex = 0;
        receivedBytes = 0;
        playedMillis = 0;
    }

    private long receivedMillis() {
        return (long) (receivedBytes / bytesPerMilli);
    }
}
