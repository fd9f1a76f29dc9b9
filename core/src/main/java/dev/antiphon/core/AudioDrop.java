package dev.antiphon.core;

/**
 * Audio frames were lost before they reached the server. Reported at once for the first frame, then
 * at most once a second, and once more when the lane takes frames again.
 *
 * @param overflow frames dropped since the last report because the lane was full
 * @param stale frames dropped since the last report because they were too old
 * @param total frames dropped in this conversation so far
 * @param recovered whether the lane takes frames again
 */
public record AudioDrop(long overflow, long stale, long total, boolean recovered) {}
