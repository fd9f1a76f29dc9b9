package dev.antiphon.testkit.simulator;

import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link MediaLeg} measured up to one moment.
 *
 * @param reached since the offer came: the caller's first valid connectivity check
 * @param secured since the offer came: keys were agreed and the caller's certificate was the one it announced
 * @param channelOpened since the offer came: the data channel was opened
 * @param soundArrived since the offer came: the first packet of sound was decoded
 * @param soundSent since the offer came: the first packet of queued sound was sent; silence does not count
 * @param received packets of sound from the caller; lost are those that never came
 * @param sent packets of sound to the caller, silence included; lost are those the caller reported
 * @param heard the caller's sound over the last quarter of a second
 * @param refused datagrams that were malformed, forged, repeated or from nobody we know
 * @param repeated pieces of data channel messages that had to be sent again
 */
public record MediaFigures(
        Optional<Duration> reached,
        Optional<Duration> secured,
        Optional<Duration> channelOpened,
        Optional<Duration> soundArrived,
        Optional<Duration> soundSent,
        Traffic received,
        Traffic sent,
        Sound heard,
        long refused,
        long repeated) {
    /** Nothing happened. */
    public static final MediaFigures NONE = new MediaFigures(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Traffic.NONE,
            Traffic.NONE,
            Sound.SILENCE,
            0,
            0);

    /** Packets one way. */
    public record Traffic(long packets, long bytes, long lost) {
        public static final Traffic NONE = new Traffic(0, 0, 0);
    }

    /**
     * How something sounds.
     *
     * @param decibels level against a full-scale square wave: 0 is the loudest, −96 and less is silence
     * @param hertz its strongest frequency; 0 for silence
     */
    public record Sound(double decibels, double hertz) {
        public static final Sound SILENCE = new Sound(Double.NEGATIVE_INFINITY, 0);
    }
}
