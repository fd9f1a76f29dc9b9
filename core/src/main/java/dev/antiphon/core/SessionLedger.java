package dev.antiphon.core;

import dev.antiphon.core.model.SessionConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The session as it is in force: what the conversation was started with and every update that may
 * have reached the server since, except those the server refused. It greets each new socket. Guarded
 * by the conversation's lock.
 */
final class SessionLedger {
    /** Updates that the server may still refuse; beyond it the oldest is taken for good. */
    private static final int MAX_REVOCABLE = 64;

    private final Map<String, SessionConfig> updates = new LinkedHashMap<>(2);
    private SessionConfig base;
    private int unnamed;

    SessionLedger(SessionConfig start) {
        this.base = start;
    }

    /** An update left, or may have. */
    void updated(String eventId, SessionConfig update) {
        String name = eventId.isEmpty() ? "unnamed " + unnamed++ : eventId;
        updates.remove(name);
        updates.put(name, update);
        if (updates.size() > MAX_REVOCABLE) {
            Map.Entry<String, SessionConfig> oldest =
                    updates.entrySet().iterator().next();
            base = base.merge(oldest.getValue());
            updates.remove(oldest.getKey());
        }
    }

    /** The server named this event in an error: the whole update did not happen. */
    void refused(String eventId) {
        updates.remove(eventId);
    }

    SessionConfig inForce() {
        SessionConfig session = base;
        for (SessionConfig update : updates.values()) {
            session = session.merge(update);
        }
        return session;
    }
}
