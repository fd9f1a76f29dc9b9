package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import java.time.Duration;

/**
 * Hears one conversation. Calls come one at a time, in order, on the conversation's executor, never
 * on an event loop; {@link #onStarted} is first and {@link #onClosed} is last.
 *
 * <p>A listener may do anything with the conversation from inside a call: send, close, wait for a
 * receipt, start another. An exception from it is logged and the next call follows. While it takes
 * long, events queue; past the high-water mark reading pauses, past the stall limit the conversation
 * ends with {@link dev.antiphon.core.model.Fault#CONSUMER_STALLED}. Sending never waits for it.
 */
public interface ConversationListener {
    /** The first call. */
    default void onStarted(Conversation conversation) {}

    /** The conversation entered a phase. {@link Phase#CLOSED} is told by {@link #onClosed}. */
    default void onPhase(Phase phase) {}

    /** The SDP answer, to be handed to the WebRTC peer at once and unchanged. */
    default void onAnswer(SdpAnswer answer) {}

    /** An attempt to open the control socket begins; {@code attempt} counts from 1. */
    default void onJoining(int attempt) {}

    /** One server event, unknown and malformed ones included. */
    default void onEvent(ServerEvent event) {}

    /** The model asks for a tool; follows the event that completed the call. */
    default void onToolCall(ToolCall call) {}

    /** Audio frames were lost. */
    default void onAudioDropped(AudioDrop drop) {}

    /**
     * The session is about to reach the longest duration that {@link ConversationLimits#length} names: the
     * time to say goodbye or to prepare another. Once, also when the socket was lost and joined again; the
     * conversation goes on until the server ends it with
     * {@link dev.antiphon.core.model.Fault#SESSION_EXPIRED}.
     *
     * @param left until the server's limit
     */
    default void onExpiring(Duration left) {}

    /** The end. Exactly once and last. */
    default void onClosed(Closure closure) {}
}
