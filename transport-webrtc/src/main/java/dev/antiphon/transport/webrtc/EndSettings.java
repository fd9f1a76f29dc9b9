package dev.antiphon.transport.webrtc;

import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of the call when its conversation ends.
 *
 * @param hangUpOnClose whether the end of a joined conversation also ends the call
 * @param hangUpOnJoinFailure whether a call that could not be joined is ended; if not, its media goes
 *     on without control
 * @param hangUpTimeout longest time of one try to hang up, of at most three
 * @param silence how long the server may send nothing before the caller counts as gone; empty never
 *     counts
 * @param endOnSilence whether such silence ends the conversation, and with it the call
 */
public record EndSettings(
        boolean hangUpOnClose,
        boolean hangUpOnJoinFailure,
        Duration hangUpTimeout,
        Optional<Duration> silence,
        boolean endOnSilence) {

    /** Hangs up whatever the end, 5 s a try; silence is not watched. */
    public static final EndSettings DEFAULT =
            new EndSettings(true, true, Duration.ofSeconds(5), Optional.empty(), false);

    public EndSettings {
        Durations.positive("hangUpTimeout", hangUpTimeout);
        silence.ifPresent(time -> Durations.positive("silence", time));
        if (endOnSilence && silence.isEmpty()) {
            throw new IllegalArgumentException("endOnSilence needs the time of silence");
        }
    }

    /** The call outlives its conversation, for example for a successor that joins by ticket. */
    public EndSettings keepingCallOnClose() {
        return new EndSettings(false, hangUpOnJoinFailure, hangUpTimeout, silence, endOnSilence);
    }

    /** Media goes on without control when the join fails. */
    public EndSettings keepingMediaOnJoinFailure() {
        return new EndSettings(hangUpOnClose, false, hangUpTimeout, silence, endOnSilence);
    }

    public EndSettings withHangUpTimeout(Duration timeout) {
        return new EndSettings(hangUpOnClose, hangUpOnJoinFailure, timeout, silence, endOnSilence);
    }

    /** Reports a caller who seems to have left. */
    public EndSettings reportingSilenceAfter(Duration time) {
        return new EndSettings(hangUpOnClose, hangUpOnJoinFailure, hangUpTimeout, Optional.of(time), false);
    }

    /** Ends the conversation when the caller seems to have left. */
    public EndSettings endingAfterSilenceOf(Duration time) {
        return new EndSettings(hangUpOnClose, hangUpOnJoinFailure, hangUpTimeout, Optional.of(time), true);
    }
}
