package dev.antiphon.core;

import dev.antiphon.core.model.AudioFormat;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How much of the model's audio the caller has heard. Items play in the order in which their audio
 * came; what was played is told by the application and counts for the item that plays, then for the
 * next one. Positions never exceed what was received. Guarded by the conversation's lock.
 */
final class PlaybackClock {
    /** For a layout whose byte maths nobody knows: as good a guess as any, positions are clamped anyway. */
    private static final int PCM16_BYTES_PER_SECOND = 48_000;

    /** Items whose audio may wait for the device; beyond it the oldest are forgotten. */
    private static final int MAX_ITEMS = 64;

    /** Sums of byte counts divided by a rate differ by less than this; a sample is longer. */
    private static final double ROUNDING_MILLIS = 0.001;

    /** Audio of one part of an item. */
    private static final class Stretch {
        final String responseId;
        final String itemId;
        final int contentIndex;
        double receivedMillis;
        boolean cut;

        Stretch(String responseId, String itemId, int contentIndex) {
            this.responseId = responseId;
            this.itemId = itemId;
            this.contentIndex = contentIndex;
        }

        boolean is(String item, int content) {
            return itemId.equals(item) && contentIndex == content;
        }
    }

    private final Deque<Stretch> stretches = new ArrayDeque<>(1);
    private double bytesPerMilli;
    private double playedMillis;

    /** Whether the application tells what was played; if not, the newest item is the one that plays. */
    private boolean told;

    PlaybackClock(AudioFormat format) {
        useFormat(format);
    }

    /** The layout of audio from now on. */
    void useFormat(AudioFormat format) {
        bytesPerMilli = format.bytesPerSecond().orElse(PCM16_BYTES_PER_SECOND) / 1_000.0;
    }

    /** Audio arrived. */
    void onAudio(String responseId, String itemId, int contentIndex, int bytes) {
        Stretch newest = stretches.peekLast();
        if (newest == null || !newest.is(itemId, contentIndex)) {
            forgetCut(responseId);
            newest = new Stretch(responseId, itemId, contentIndex);
            stretches.addLast(newest);
            if (stretches.size() > MAX_ITEMS) {
                forgetFirst();
            }
        }
        newest.receivedMillis += bytes / bytesPerMilli;
        moveOn();
    }

    /** A response was cut off: what of it was not played will not be, once another one speaks. */
    void onCut(String responseId) {
        for (Stretch stretch : stretches) {
            stretch.cut |= stretch.responseId.equals(responseId);
        }
    }

    private void forgetCut(String nextResponseId) {
        Stretch first = stretches.peekFirst();
        while (first != null && first.cut && !first.responseId.equals(nextResponseId)) {
            forgetFirst();
            first = stretches.peekFirst();
        }
    }

    private void forgetFirst() {
        stretches.removeFirst();
        playedMillis = 0;
    }

    void playedBytes(long bytes) {
        playedMillis(bytes / bytesPerMilli);
    }

    void playedMillis(double millis) {
        told = true;
        playedMillis += millis;
        moveOn();
    }

    /** The device reached a mark: all before it was heard. */
    void reached(PlaybackMark mark) {
        if (stretches.stream().noneMatch(each -> each.is(mark.itemId(), mark.contentIndex()))) {
            return;
        }
        told = true;
        Stretch first = stretches.getFirst();
        while (!first.is(mark.itemId(), mark.contentIndex())) {
            forgetFirst();
            first = stretches.getFirst();
        }
        playedMillis = mark.position().toNanos() / 1e6;
        moveOn();
    }

    /** Where the received audio ends. */
    PlaybackMark end() {
        Stretch newest = stretches.peekLast();
        return newest == null
                ? PlaybackMark.NOWHERE
                : new PlaybackMark(
                        newest.itemId, newest.contentIndex, Duration.ofNanos((long) (newest.receivedMillis * 1e6)));
    }

    /** What was played beyond an item counts for the next one. */
    private void moveOn() {
        Stretch first = stretches.peekFirst();
        while (told
                && first != null
                && stretches.size() > 1
                && playedMillis + ROUNDING_MILLIS >= first.receivedMillis) {
            double rest = Math.max(0, playedMillis - first.receivedMillis);
            stretches.removeFirst();
            playedMillis = rest;
            first = stretches.peekFirst();
        }
        if (first != null) {
            playedMillis = Math.min(playedMillis, first.receivedMillis);
        } else {
            playedMillis = 0;
        }
    }

    private @Nullable Stretch playing() {
        return told ? stretches.peekFirst() : stretches.peekLast();
    }

    Duration heard() {
        return Duration.ofMillis(whole(playedMillis));
    }

    Duration received() {
        return Duration.ofMillis(receivedMillis());
    }

    private long receivedMillis() {
        Stretch playing = playing();
        return playing == null ? 0 : whole(playing.receivedMillis);
    }

    private static long whole(double millis) {
        return (long) (millis + ROUNDING_MILLIS);
    }

    /** The position to truncate at: whole milliseconds, at most what was received; 0 truncates nothing. */
    long clamp(Duration heardSoFar) {
        if (heardSoFar.isNegative()) {
            return 0;
        }
        Duration received = received();
        return (heardSoFar.compareTo(received) < 0 ? heardSoFar : received).toMillis();
    }

    /** The item that plays, or an empty text. */
    String itemId() {
        Stretch playing = playing();
        return playing == null ? "" : playing.itemId;
    }

    int contentIndex() {
        Stretch playing = playing();
        return playing == null ? 0 : playing.contentIndex;
    }

    /** Another connection, or an interruption: what was playing is over. */
    void clear() {
        stretches.clear();
        playedMillis = 0;
    }
}
