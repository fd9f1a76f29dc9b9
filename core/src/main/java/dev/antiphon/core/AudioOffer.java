package dev.antiphon.core;

/** What became of an offered audio frame at the door. */
public enum AudioOffer {
    /** Queued. */
    ACCEPTED,
    /** Queued; the oldest queued frame was dropped for it. */
    REPLACED_OLDEST,
    /** Dropped: the lane is full and keeps what it has. */
    DROPPED,
    /** Dropped: the audio gate is paused. */
    PAUSED,
    /** Dropped: the conversation is ending or has ended. */
    CLOSED
}
