package dev.antiphon.core;

import java.time.Duration;

/**
 * Audio frames were lost before they reached the server. Reported at once for the first frame, then
 * at most once a second, and once more when the lane takes frames again.
 *
 * @param overflow frames dropped since the last report because the lane was full
 * @param stale frames dropped since the last report because they were too old
 * @param firstSequence place of the first of them among all input of the conversation, from 0
 * @param lastSequence place of the last of them
 * @param lost playing time of the frames dropped since the last report; zero for an unknown layout
 * @param total frames dropped for these reasons in this conversation so far
 * @param recovered whether the lane takes frames again
 */
public record AudioDrop(
        long overflow,
        long stale,
        long firstSequence,
        long lastSequence,
        Duration lost,
        long total,
        boolean recovered) {}
