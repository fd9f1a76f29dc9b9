package dev.antiphon.core.port;

/**
 * Queued input of one conversation, in the order in which the server should get it.
 *
 * <p>An adapter calls {@link #drainTo} each time a control socket stands: once for a direct
 * connection, again after each re-join. Session configuration is written first, then protocol
 * control, then one text, one hand-off output and one audio frame in turn. The loop that feeds the
 * writer lives behind this port, so an adapter has no queue to watch and no wake-up to lose.
 */
public interface InputChannels {
    /**
     * Starts writing to a socket that stands. Safe for use by any thread; never blocks.
     *
     * @param writer writes to the new socket; replaces any earlier writer, whose late completions
     *     are ignored from here on
     */
    void drainTo(InputWriter writer);
}
