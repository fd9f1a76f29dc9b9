package dev.antiphon.testkit.contract;

import dev.antiphon.testkit.Gate;
import java.util.List;
import java.util.Set;

/**
 * The server's end, as far as the rules need it. One peer serves one adapter for the time of one
 * rule; settings apply to what arrives after them. Safe for use by any thread; nothing blocks.
 *
 * <p>A <em>call creation</em> is the request that carries an SDP offer, a <em>handshake</em> the
 * opening of a control socket. A peer of an adapter without {@link Capability#CALL_CREATION} is never
 * asked about calls.
 */
public interface ContractPeer extends AutoCloseable {
    /** Creates the call of each later call creation at once and answers only after the gate was opened. */
    Gate holdCalls();

    /** Answers each later handshake only after the gate was opened. */
    Gate holdHandshakes();

    /** Refuses the next call creation with this HTTP status. */
    void refuseCall(int status);

    /** Cuts the connection of the next call creation after its request was read, without an answer. */
    void cutCall();

    /** Answers the next call creation with success and this body. */
    void answerCall(String body);

    /** The SDP that the newest call was answered with, exactly. */
    String answerSdp();

    /** Refuses the next handshakes with this HTTP status; {@link Integer#MAX_VALUE} means all. */
    void refuseHandshakes(int times, int status);

    /** Cuts the connection of the next handshake after its request was read. */
    void cutHandshake();

    /** Refuses new connections from now on, as a host without a server does. */
    void stopListening();

    /** Does not answer close frames from now on, and keeps its end open. */
    void ignoreCloseFrames();

    /** How many call creations were answered with success. */
    int callsCreated();

    /** How many call creations were asked for, the refused included. */
    int callsAsked();

    /** How many calls were ended by the adapter. */
    int callsHungUp();

    /** How many handshakes began, the refused included. */
    int handshakes();

    /** Control sockets that stood, in the order in which they did; ended ones stay in the list. */
    List<? extends PeerSocket> sockets();

    /** Connections of any kind that the adapter holds open at this moment. */
    int openConnections();

    /** Texts that must appear in no message of a fault: call ids, keys. */
    default Set<String> secrets() {
        return Set.of();
    }

    /** Drops every connection and stops. */
    @Override
    void close();
}
