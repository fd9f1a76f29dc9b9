package dev.antiphon.core;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.RateLimitsUpdated.RateLimit;
import dev.antiphon.core.model.ResponseConfig;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.TransportChoice;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * One conversation with a Realtime server, usable from the moment it was started.
 *
 * <p>Input is accepted in every phase before the end: it queues in bounded lanes until a control
 * socket stands. Nothing accepted is lost without a word: each text and hand-off output has a
 * {@link Receipt}, audio is counted. All methods are safe for use by any thread and never block,
 * except {@link #sendText(String)} and {@link #sendHandoffOutput} where the lane was configured to
 * wait for room. Stages complete on a thread of the library, never on an event loop.
 *
 * <p>On the wire, input of one lane keeps its order. Between lanes: protocol control first, then one
 * text, one hand-off output, one audio frame in turn. A response asked for with
 * {@link #requestResponse()} and an event given to {@link #send} follow every text and hand-off
 * output accepted before them.
 */
public interface Conversation extends AutoCloseable {
    /** Local id, for logs and metrics; says nothing to the server. */
    String id();

    /** The transport that was selected and why. */
    TransportChoice transport();

    /** The phase right now. */
    Phase phase();

    /**
     * The server's SDP answer. Fails with {@link ConversationClosedException} if the conversation
     * ends before, and with {@link IllegalStateException} if it was started without an offer.
     */
    CompletionStage<SdpAnswer> answer();

    /**
     * Completes when the application can go on: with the answer where an offer was given, else when
     * the connection is live. Fails with {@link ConversationClosedException}.
     */
    CompletionStage<Void> ready();

    /** Completes when the control socket first stands. Fails with {@link ConversationClosedException}. */
    CompletionStage<Void> joined();

    /** A text of the user. It is appended; it does not make the model speak. */
    default Receipt sendText(String text) {
        return sendText(Role.USER, text);
    }

    /**
     * A text in the name of somebody.
     *
     * @throws IllegalArgumentException if the text is empty
     */
    Receipt sendText(Role role, String text);

    /**
     * Several texts in a row. They cost one wake-up, and no other text comes between them, unless the
     * lane waits for room.
     *
     * @return a receipt for each, in the same order; those that found no room are refused one by one
     * @throws IllegalArgumentException if a text is empty; none is sent then
     */
    List<Receipt> sendTexts(Role role, List<String> texts);

    /**
     * The result of handed-off work. Each call can be answered once: an answer for a call that was
     * answered before is refused, and so is one for a call that cannot exist. What cannot be known,
     * because the control socket did not stand when the call may have been made, is let through. An
     * answer that was surely not sent, or that the server rejected, leaves its call open; one whose
     * outcome is {@code UNKNOWN} does not.
     */
    Receipt sendHandoffOutput(HandoffOutput output);

    /** The result of a tool, which the model should speak about. */
    default Receipt sendToolOutput(String callId, String output) {
        return sendHandoffOutput(HandoffOutput.of(callId, output));
    }

    /**
     * Offers one frame of audio in the session's input format, 20 to 100 ms of it as a rule.
     *
     * @param audio copied
     * @throws IllegalArgumentException if it is empty
     * @throws UnsupportedOperationException if the transport says that it carries no audio input
     */
    AudioOffer offerAudio(byte[] audio);

    /**
     * Offers one frame without copying it.
     *
     * @param audio the conversation's own from here on
     * @throws IllegalArgumentException if it is empty
     * @throws UnsupportedOperationException if the transport says that it carries no audio input
     */
    AudioOffer offerAudio(AudioData audio);

    /** The gate of the audio lane: push-to-talk. */
    AudioGate audio();

    /** What was played to the caller, for interruptions. */
    Playback playback();

    /**
     * Asks the model to respond to what was said. One response runs at a time: while one does, the
     * request waits for its end, and requests that wait are one request.
     *
     * @return completes with the id of the response; fails with {@link RejectedException} or
     *     {@link ConversationClosedException}
     */
    CompletionStage<String> requestResponse();

    /** Like {@link #requestResponse()}, with overrides for this response; never merged with another. */
    CompletionStage<String> requestResponse(ResponseConfig overrides);

    /**
     * Cancels the running response; one that was asked for and did not begin yet is cancelled as it
     * begins. Nothing happens at the server if there is none.
     */
    CompletionStage<Void> cancelResponse();

    /**
     * The caller interrupts: cancels the running response and tells the server what was heard.
     *
     * @param heard of the item that plays; clamped to what was received; where it is zero nothing is truncated
     */
    CompletionStage<Void> interrupt(Duration heard);

    /** Interrupts at the position that {@link #playback} was told. */
    CompletionStage<Void> interrupt();

    /** Changes the session; members that are absent stay as they are. Completes when written. */
    CompletionStage<Void> updateSession(SessionConfig update);

    /**
     * Sends any event, after every text and hand-off output accepted so far. Completes when written.
     * Fails with {@link NotSentException}.
     */
    CompletionStage<Void> send(ClientEvent event);

    /** Adds a listener. The first one also hears what happened before. */
    void listen(ConversationListener listener);

    /**
     * Server events for reactive consumers, from the moment of subscription; a subscriber that comes
     * before any listener also gets those before. Each subscriber goes at its own pace, and like a slow
     * listener one without demand pauses reading and ends the conversation past the stall limit. An
     * orderly end completes it; a fault is an error with {@link ConversationClosedException}.
     */
    Flow.Publisher<ServerEvent> events();

    /** What was said so far, in the order of the conversation. */
    List<TranscriptEntry> transcript();

    /** The newest word of the server on each of its rate limits; empty while it said nothing. */
    List<RateLimit> rateLimits();

    /** Numbers of the conversation so far; final once {@link #closed} has completed. */
    ConversationSummary summary();

    /**
     * Ends the conversation. Idempotent, from any thread, in any phase; never waits behind input: what was not
     * written yet is discarded and counted in the closure. Who wants everything out first waits for the
     * receipts, and for audio until {@code summary().audio().pending()} is zero.
     */
    @Override
    void close();

    /** Completes, never exceptionally, with the end. */
    CompletionStage<Closure> closed();
}
