package dev.antiphon.transport.webrtc;

import java.time.Duration;

/**
 * How a call is created.
 *
 * @param tryTimeout longest time of one try, from connect to the end of the body
 * @param lateAnswerWithin how much longer the answer of a try that ran out of time is listened for in the
 *     background: a call that it names is hung up, and only without an answer is it a possible orphan. The
 *     same holds for a start that was given up
 * @param deadline longest time of all tries and the pauses between them
 * @param retryServerErrors whether a 500, 502 or 504 is tried again; off by default, since the server
 *     may have created a call that is billed
 * @param maxAnswerBytes bound of the response body
 * @param backoff pauses between tries
 * @param allowDataChannels whether the offer may hold a data channel; without one the browser cannot
 *     change the session that the sideband controls
 * @param answerRigour what the answer must be before the peer gets to see it
 */
public record CallSettings(
        Duration tryTimeout,
        Duration lateAnswerWithin,
        Duration deadline,
        boolean retryServerErrors,
        int maxAnswerBytes,
        BackoffSettings backoff,
        boolean allowDataChannels,
        AnswerRigour answerRigour) {

    /**
     * 15 s a try and 15 s more for a late answer, 30 s in all, 256 KiB, no retry of server errors, data channels allowed, answers as
     * {@link AnswerRigour#DECLARED}.
     */
    public static final CallSettings DEFAULT = new CallSettings(
            Duration.ofSeconds(15),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            false,
            256 * 1024,
            BackoffSettings.DEFAULT,
            true,
            AnswerRigour.DECLARED);

    public CallSettings {
        Durations.positive("tryTimeout", tryTimeout);
        Durations.positive("lateAnswerWithin", lateAnswerWithin);
        Durations.positive("deadline", deadline);
        if (maxAnswerBytes < 1) {
            throw new IllegalArgumentException("maxAnswerBytes must be positive: " + maxAnswerBytes);
        }
    }

    public CallSettings withTryTimeout(Duration timeout) {
        return new CallSettings(
                timeout,
                lateAnswerWithin,
                deadline,
                retryServerErrors,
                maxAnswerBytes,
                backoff,
                allowDataChannels,
                answerRigour);
    }

    /** How much longer the answer of a request that nobody waits for is listened for. */
    public CallSettings withLateAnswerWithin(Duration more) {
        return new CallSettings(
                tryTimeout,
                more,
                deadline,
                retryServerErrors,
                maxAnswerBytes,
                backoff,
                allowDataChannels,
                answerRigour);
    }

    public CallSettings withDeadline(Duration total) {
        return new CallSettings(
                tryTimeout,
                lateAnswerWithin,
                total,
                retryServerErrors,
                maxAnswerBytes,
                backoff,
                allowDataChannels,
                answerRigour);
    }

    /** Also tries again after 500, 502 and 504: each success costs a call, the orphan guard cannot see the others. */
    public CallSettings retryingServerErrors() {
        return new CallSettings(
                tryTimeout, lateAnswerWithin, deadline, true, maxAnswerBytes, backoff, allowDataChannels, answerRigour);
    }

    public CallSettings withMaxAnswerBytes(int bytes) {
        return new CallSettings(
                tryTimeout,
                lateAnswerWithin,
                deadline,
                retryServerErrors,
                bytes,
                backoff,
                allowDataChannels,
                answerRigour);
    }

    public CallSettings withBackoff(BackoffSettings pauses) {
        return new CallSettings(
                tryTimeout,
                lateAnswerWithin,
                deadline,
                retryServerErrors,
                maxAnswerBytes,
                pauses,
                allowDataChannels,
                answerRigour);
    }

    /** Refuses offers with a data channel before anything is sent. */
    public CallSettings refusingDataChannels() {
        return new CallSettings(
                tryTimeout,
                lateAnswerWithin,
                deadline,
                retryServerErrors,
                maxAnswerBytes,
                backoff,
                false,
                answerRigour);
    }

    /** Asks more, or less, of answers. */
    public CallSettings withAnswerRigour(AnswerRigour rigour) {
        return new CallSettings(
                tryTimeout,
                lateAnswerWithin,
                deadline,
                retryServerErrors,
                maxAnswerBytes,
                backoff,
                allowDataChannels,
                rigour);
    }
}
