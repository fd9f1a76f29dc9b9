package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.persona.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A websocket connection that a client opened, or the data channel of a call, in the hands of a test. Actions return at once and happen
 * on the simulator's thread in the order in which they were asked for; on a closed connection they do
 * nothing. Safe for use by any thread.
 */
public final class Connection {
    /** What a socket was opened for. */
    public enum Kind {
        /** {@code ?model=}: a conversation of its own. */
        MODEL,
        /** {@code ?call_id=}: control of a call. */
        SIDEBAND,
        /** {@code ?intent=transcription}. */
        TRANSCRIPTION,
        /** {@code /realtime/translations?model=}. */
        TRANSLATION,
        /** The data channel of a call. Only scripts see these; what belongs to websockets does nothing here. */
        DATA_CHANNEL
    }

    private final String id;
    private final Kind kind;
    private final Optional<Call> call;
    private final ReceivedRequest request;
    private final Journal journal;
    private final Endpoint endpoint;

    Connection(String id, Kind kind, Optional<Call> call, ReceivedRequest request, Journal journal, Endpoint endpoint) {
        this.id = id;
        this.kind = kind;
        this.call = call;
        this.request = request;
        this.journal = journal;
        this.endpoint = endpoint;
    }

    /** Id in the journal, such as {@code c3}; {@code media} for a data channel. */
    public String id() {
        return id;
    }

    public Kind kind() {
        return kind;
    }

    /** The call this belongs to; empty unless it is a sideband or a data channel. */
    public Optional<Call> call() {
        return call;
    }

    /** The upgrade request; for a data channel the one that created the call. */
    public ReceivedRequest request() {
        return request;
    }

    /** Whether the websocket stands: no close frame has gone either way, and TCP is up. */
    public boolean isOpen() {
        return endpoint.isOpen();
    }

    /** The code of the client's close frame: 1005 if it had none in it; empty if no close frame has come. */
    public OptionalInt closeCode() {
        return endpoint.closeCode();
    }

    /** The text of the client's close frame; empty if there was none. */
    public String closeReason() {
        return endpoint.closeReason();
    }

    /**
     * Waits until TCP has ended.
     *
     * @throws AssertionError if it still stands after the timeout
     */
    public void awaitDisconnected(Duration timeout) {
        journal.await(
                "end of connection " + id(),
                entry -> entry.kind() == JournalEntry.Kind.DISCONNECTED
                        && entry.connection().equals(id()),
                timeout);
    }

    /** Client events so far. */
    public List<JournalEntry> received() {
        return journal.received(this);
    }

    /** Whether this is an event of this connection: data channels share a name. */
    boolean isMine(JournalEntry entry) {
        return entry.connection().equals(id)
                && entry.callId().equals(call.map(Call::id).orElse(""));
    }

    /** The types of the client events so far. */
    public List<String> receivedTypes() {
        return received().stream().map(JournalEntry::type).toList();
    }

    /** Server events so far. */
    public List<JournalEntry> sent() {
        return journal.sent(this);
    }

    /** The types of the server events so far. */
    public List<String> sentTypes() {
        return sent().stream().map(JournalEntry::type).toList();
    }

    /** The first client event of this type on this connection, past or to come. */
    public JournalEntry awaitReceived(String eventType, Duration timeout) {
        return journal.await(
                "client event " + eventType + " on " + id(),
                entry -> entry.isReceived(eventType) && isMine(entry),
                timeout);
    }

    /** The first server event of this type on this connection, past or to come. */
    public JournalEntry awaitSent(String eventType, Duration timeout) {
        return journal.await(
                "server event " + eventType + " on " + id(),
                entry -> entry.isSent(eventType) && isMine(entry),
                timeout);
    }

    /** Lets the assistant speak unasked, when it has finished what it is saying. */
    public void respond(Reply reply) {
        respond(reply, () -> {});
    }

    /** @param afterwards run on the loop when the response is done, however it ended */
    void respond(Reply reply, Runnable afterwards) {
        endpoint.act(() -> endpoint.respond(reply, afterwards));
    }

    void later(Duration delay, Runnable action) {
        endpoint.later(delay, action);
    }

    /** Sends a text message as it is, which need not be JSON. */
    public void send(String text) {
        endpoint.act(() -> endpoint.sendText(text));
    }

    /** Sends a text message in so many frames, cut anywhere, characters included. */
    public void sendFragmented(String text, int frames) {
        endpoint.act(() -> endpoint.sendFragmented(text, frames));
    }

    /**
     * Sends a binary message.
     *
     * @param bytes not copied
     */
    public void sendBinary(byte[] bytes) {
        endpoint.act(() -> endpoint.sendBinary(bytes));
    }

    /**
     * Sends bytes below the websocket protocol: a broken frame, or a part of one.
     *
     * @param bytes not copied
     */
    public void sendRaw(byte[] bytes) {
        endpoint.act(() -> endpoint.garble(bytes));
    }

    /** Sends the header of a text frame that claims this payload length, and no payload. */
    public void sendFrameHeader(long claimedLength) {
        byte[] header = new byte[10];
        header[0] = (byte) 0x81;
        header[1] = 127;
        for (int i = 0; i < 8; i++) {
            header[2 + i] = (byte) (claimedLength >>> (8 * (7 - i)));
        }
        sendRaw(header);
    }

    /** Sends a ping; the pong goes to the journal with its payload as text. At most 125 bytes of UTF-8. */
    public void ping(String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 125) {
            throw new IllegalArgumentException("a ping carries at most 125 bytes, not " + bytes.length);
        }
        endpoint.act(() -> endpoint.ping(bytes));
    }

    /** Sends a close frame, or ends the call of a data channel; TCP ends when the client has answered, or after two seconds. */
    public void close(int code, String reason) {
        endpoint.act(() -> endpoint.end(code, reason));
    }

    /** Ends TCP with FIN and no close frame. */
    public void drop() {
        endpoint.act(endpoint::drop);
    }

    /** Ends TCP with RST. */
    public void reset() {
        endpoint.act(endpoint::reset);
    }

    /** Reads nothing any more, so that the client's writes pile up. */
    public void stopReading() {
        endpoint.act(endpoint::stopReading);
    }

    public void resumeReading() {
        endpoint.act(endpoint::resumeReading);
    }

    /** Answers no ping from now on. */
    public void mutePongs() {
        endpoint.act(endpoint::mutePongs);
    }

    @Override
    public String toString() {
        return "Connection[" + id() + ", " + kind + ", " + (isOpen() ? "open" : "closed") + "]";
    }
}
