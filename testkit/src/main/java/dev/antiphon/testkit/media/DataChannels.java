package dev.antiphon.testkit.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Data channels on an association (RFC 8831) with their opening handshake (RFC 8832). Both sides may open
 * channels; ours are reliable and ordered. Not safe for use by several threads.
 */
final class DataChannels implements SctpAssociation.Listener {
    /** What happens on channels. */
    interface Listener {
        /** The association is up: channels may be opened. */
        void onReady();

        /** The peer opened a channel, or acknowledged ours. */
        void onOpened(int stream, String label);

        void onText(int stream, String message);

        void onBinary(int stream, byte[] message);

        void onClosed(int stream);

        /** At most once, and last. */
        void onEnded(String reason);
    }

    private static final int CONTROL = 50;
    private static final int TEXT = 51;
    private static final int BINARY = 53;
    private static final int EMPTY_TEXT = 56;
    private static final int EMPTY_BINARY = 57;
    private static final int OPEN = 3;
    private static final int ACK = 2;
    private static final int OPEN_HEADER = 12;
    private static final int MAX_CHANNELS = 64;

    private final SctpAssociation association;
    private final Listener listener;
    /** Labels of the open channels, and of those we asked for. */
    private final Map<Integer, String> labels = new HashMap<>();

    private long now;

    DataChannels(int localPort, int remotePort, Consumer<byte[]> wire, Listener listener) {
        association = new SctpAssociation(localPort, remotePort, wire, this);
        this.listener = listener;
    }

    SctpAssociation association() {
        return association;
    }

    void receive(byte[] packet, int length, long nanos) {
        now = nanos;
        association.receive(packet, length, nanos);
    }

    void tick(long nanos) {
        now = nanos;
        association.tick(nanos);
    }

    /** Opens a channel; the DTLS client uses even streams, the server odd ones (RFC 8832 §6). */
    void open(int stream, String label, long nanos) {
        byte[] name = label.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(OPEN_HEADER + name.length);
        message.put((byte) OPEN).position(8);
        message.putShort((short) name.length).putShort((short) 0).put(name);
        labels.put(stream, label);
        association.send(stream, CONTROL, message.array(), nanos);
    }

    /** Returns false if too much waits already. */
    boolean send(int stream, String text, long nanos) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length == 0
                ? association.send(stream, EMPTY_TEXT, new byte[1], nanos)
                : association.send(stream, TEXT, bytes, nanos);
    }

    void close(int stream, long nanos) {
        if (labels.remove(stream) != null) {
            association.reset(stream, nanos);
        }
    }

    void closeAll(long nanos) {
        List.copyOf(labels.keySet()).forEach(stream -> close(stream, nanos));
    }

    @Override
    public void onEstablished() {
        listener.onReady();
    }

    @Override
    public void onMessage(int stream, int protocol, byte[] message) {
        switch (protocol) {
            case CONTROL -> control(stream, message);
            case TEXT -> listener.onText(stream, new String(message, StandardCharsets.UTF_8));
            case EMPTY_TEXT -> listener.onText(stream, "");
            case BINARY -> listener.onBinary(stream, message);
            case EMPTY_BINARY -> listener.onBinary(stream, new byte[0]);
            default -> {
                // Not of data channels.
            }
        }
    }

    private void control(int stream, byte[] message) {
        if (message[0] == ACK && labels.containsKey(stream)) {
            listener.onOpened(stream, labels.get(stream));
        } else if (message[0] == OPEN && message.length >= OPEN_HEADER && labels.size() < MAX_CHANNELS) {
            int length = ByteBuffer.wrap(message).getChar(8);
            if (OPEN_HEADER + length <= message.length && !labels.containsKey(stream)) {
                String label = new String(message, OPEN_HEADER, length, StandardCharsets.UTF_8);
                labels.put(stream, label);
                association.send(stream, CONTROL, new byte[] {ACK}, now);
                listener.onOpened(stream, label);
            }
        }
    }

    @Override
    public void onReset(List<Integer> streams) {
        // No list means all of them (RFC 6525 §4.1).
        for (int stream : streams.isEmpty() ? List.copyOf(labels.keySet()) : streams) {
            if (labels.remove(stream) != null) {
                listener.onClosed(stream);
            }
        }
    }

    @Override
    public void onEnded(String reason) {
        listener.onEnded(reason);
    }
}
