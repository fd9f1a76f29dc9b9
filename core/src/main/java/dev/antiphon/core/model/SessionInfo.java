package dev.antiphon.core.model;

/**
 * The server's view of a session.
 *
 * @param id {@code sess_…}, or an empty string
 * @param kind {@code realtime}, {@code transcription} or what the server calls it; may be empty
 * @param expiresAtEpochSecond end of life of the session, 0 where the server does not say
 * @param config the effective configuration, as far as the server shows it
 * @param raw the whole session object
 */
public record SessionInfo(String id, String kind, long expiresAtEpochSecond, SessionConfig config, RawJson raw) {
    /** A session of which only the essentials are known. */
    public SessionInfo(String id, String kind, long expiresAtEpochSecond, RawJson raw) {
        this(id, kind, expiresAtEpochSecond, SessionConfig.builder().build(), raw);
    }
}
