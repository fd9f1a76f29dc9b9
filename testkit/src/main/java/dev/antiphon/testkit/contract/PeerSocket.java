package dev.antiphon.testkit.contract;

import dev.antiphon.testkit.CloseFrame;
import java.util.List;
import java.util.Optional;

/** The server's end of one control socket. Safe for use by any thread; nothing blocks. */
public interface PeerSocket {
    /** Sends a server event that every adapter can read, with this event id. */
    void send(String eventId);

    /** Sends a server event whose message is at least so many bytes long. */
    void send(String eventId, int bytes);

    /** Sends a server event with this event id and this text as its member {@code delta}. */
    void say(String eventId, String text);

    /** Like {@link #send(String)}, in so many frames. Asked only with {@link Capability#WIRE}. */
    void sendFragmented(String eventId, int frames);

    /** Sends an {@code error} event about one request, with this event id. */
    void sendError(String eventId);

    /** Sends a text message that is no JSON. Asked only with {@link Capability#WIRE}. */
    void sendGarbage();

    /** Sends a binary message. Asked only with {@link Capability#WIRE}. */
    void sendBinary();

    /** Sends a ping. Asked only with {@link Capability#WIRE}. */
    void ping();

    /** How many pongs arrived. */
    int pongs();

    /** Sends a close frame, then ends the connection when it was answered. */
    void closeWith(int code, String reason);

    /** Ends the connection at once, without a close frame. */
    void cut();

    /** Reads nothing from now on, so that the adapter's writes get stuck. */
    void stopReading();

    /** Reads again. */
    void resumeReading();

    /** Client events that arrived, in order. */
    List<Arrived> received();

    /** The close frame that the adapter sent, if it has. */
    Optional<CloseFrame> closeFrame();

    boolean isOpen();
}
