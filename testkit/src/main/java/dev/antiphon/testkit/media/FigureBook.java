package dev.antiphon.testkit.media;

import dev.antiphon.testkit.simulator.MediaFigures;
import dev.antiphon.testkit.simulator.MediaFigures.Traffic;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What one leg measures. Safe for use by any thread. */
final class FigureBook {
    /** Moments in the life of a leg, each noted when it comes first. */
    enum Moment {
        REACHED,
        SECURED,
        CHANNEL_OPENED,
        SOUND_ARRIVED,
        SOUND_SENT
    }

    private final long startNanos = System.nanoTime();
    private final SoundMeter heard = new SoundMeter();

    // Guarded by this.
    private final Map<Moment, Long> moments = new EnumMap<>(Moment.class);
    private Traffic received = Traffic.NONE;
    private Traffic sent = Traffic.NONE;
    private long reportedLost;
    private long refused;
    private long repeated;

    synchronized void reach(Moment moment) {
        moments.putIfAbsent(moment, System.nanoTime());
    }

    synchronized boolean hasReached(Moment moment) {
        return moments.containsKey(moment);
    }

    synchronized void received(long packets, int moreBytes, long lost) {
        received = new Traffic(packets, received.bytes() + moreBytes, lost);
    }

    synchronized void sent(long packets, long bytes) {
        sent = new Traffic(packets, bytes, reportedLost);
    }

    synchronized void reportedLost(long packets) {
        reportedLost = packets;
        sent = new Traffic(sent.packets(), sent.bytes(), packets);
    }

    synchronized void refused() {
        refused++;
    }

    synchronized void repeated(long pieces) {
        repeated = pieces;
    }

    void heard(short[] samples) {
        heard.add(samples);
    }

    MediaFigures figures() {
        MediaFigures.Sound sound = heard.measure();
        synchronized (this) {
            return new MediaFigures(
                    since(Moment.REACHED),
                    since(Moment.SECURED),
                    since(Moment.CHANNEL_OPENED),
                    since(Moment.SOUND_ARRIVED),
                    since(Moment.SOUND_SENT),
                    received,
                    sent,
                    sound,
                    refused,
                    repeated);
        }
    }

    private Optional<Duration> since(Moment moment) {
        return Optional.ofNullable(moments.get(moment)).map(at -> Duration.ofNanos(at - startNanos));
    }
}
