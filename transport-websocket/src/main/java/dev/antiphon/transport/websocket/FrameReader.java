package dev.antiphon.transport.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a server, RFC 6455 §5, from whatever pieces the network delivers.
 *
 * <p>A message that lies in one piece is handed over where it lies; only one that spans pieces or
 * frames is gathered, in an array that grows with the bytes that came and never with the length a
 * header claims. After a close frame or a violation everything further is ignored. Confined to one
 * thread.
 */
final class FrameReader {
    /** Gets what was read. Arrays are valid during the call only. */
    interface Sink {
        /** A whole text message, valid UTF-8. */
        void onText(byte[] bytes, int offset, int length);

        void onBinary(byte[] bytes, int offset, int length);

        void onPing(byte[] bytes, int offset, int length);

        void onPong();

        /** A close frame; {@code code} is 1005 if it was empty. */
        void onClose(int code, String reason);
    }

    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;
    private static final int MAX_CONTROL_PAYLOAD = 125;
    private static final int FIRST_GATHERED = 4096;

    private final int maxFrameBytes;
    private final int maxMessageBytes;
    private final Sink sink;

    // The frame being read. While headerMissing > 0 its header is incomplete.
    private int headerSeen;
    private int headerMissing = 2;
    private boolean fin;
    private int opcode;
    private long payloadMissing;

    // The data message being read, over all its frames; CONTINUATION if there is none.
    private int messageKind = CONTINUATION;
    private byte @Nullable [] gathered;
    private int gatheredLength;
    private int utf8 = Utf8.COMPLETE;

    // A control frame that came in pieces.
    private byte @Nullable [] control;
    private int controlLength;

    private boolean ended;

    FrameReader(int maxFrameBytes, int maxMessageBytes, Sink sink) {
        this.maxFrameBytes = maxFrameBytes;
        this.maxMessageBytes = maxMessageBytes;
        this.sink = sink;
    }

    /** Reads the next piece to its end. */
    void read(byte[] bytes, int offset, int length) throws ProtocolViolation {
        int at = offset;
        int end = offset + length;
        try {
            while (at < end && !ended) {
                if (headerMissing > 0) {
                    at = readHeader(bytes, at, end);
                    if (headerMissing > 0) {
                        return;
                    }
                }
                int here = (int) Math.min(payloadMissing, end - at);
                payloadMissing -= here;
                if (opcode >= CLOSE) {
                    readControl(bytes, at, here);
                } else {
                    readData(bytes, at, here);
                }
                at += here;
                if (payloadMissing == 0) {
                    headerSeen = 0;
                    headerMissing = 2;
                }
            }
        } catch (ProtocolViolation violation) {
            end();
            throw violation;
        }
    }

    /** Ignores everything from here on and frees what was gathered. */
    void end() {
        ended = true;
        gathered = null;
        control = null;
    }

    private int readHeader(byte[] bytes, int from, int end) throws ProtocolViolation {
        int at = from;
        while (headerMissing > 0 && at < end) {
            int value = bytes[at++] & 0xff;
            headerMissing--;
            if (headerSeen == 0) {
                beginFrame(value);
            } else if (headerSeen == 1) {
                beginLength(value);
            } else {
                payloadMissing = payloadMissing << 8 | value;
            }
            headerSeen++;
        }
        if (headerMissing == 0) {
            checkLength();
        }
        return at;
    }

    private void beginFrame(int value) throws ProtocolViolation {
        fin = (value & 0x80) != 0;
        opcode = value & 0x0f;
        if ((value & 0x70) != 0) {
            throw violation("reserved bits set although no extension was negotiated");
        }
        switch (opcode) {
            case CONTINUATION -> require(messageKind != CONTINUATION, "continuation without a message");
            case TEXT, BINARY -> require(messageKind == CONTINUATION, "new message inside a fragmented one");
            case CLOSE, PING, PONG -> require(fin, "fragmented control frame");
            default -> throw violation("reserved opcode " + opcode);
        }
    }

    private void beginLength(int value) throws ProtocolViolation {
        require((value & 0x80) == 0, "masked frame from a server");
        int length = value & 0x7f;
        require(opcode < CLOSE || length <= MAX_CONTROL_PAYLOAD, "control frame with more than 125 bytes");
        headerMissing = length == 126 ? 2 : length == 127 ? 8 : 0;
        payloadMissing = headerMissing == 0 ? length : 0;
    }

    private void checkLength() throws ProtocolViolation {
        // §5.2: the shortest form of a length is required, and 64 bits begin with a zero bit.
        require(headerSeen != 4 || payloadMissing >= 126, "length in more bytes than needed");
        require(headerSeen != 10 || payloadMissing > 0xffff || payloadMissing < 0, "length in more bytes than needed");
        require(payloadMissing >= 0, "negative length");
        require(opcode != CLOSE || payloadMissing != 1, "close frame with half a code");
        if (opcode < CLOSE) {
            if (payloadMissing > maxFrameBytes) {
                throw tooBig("frame of " + payloadMissing + " bytes, the limit is " + maxFrameBytes);
            }
            if (gatheredLength + payloadMissing > maxMessageBytes) {
                throw tooBig("message of more than " + maxMessageBytes + " bytes");
            }
            if (opcode != CONTINUATION) {
                messageKind = opcode;
            }
        }
    }

    private void readData(byte[] bytes, int at, int length) throws ProtocolViolation {
        boolean last = fin && payloadMissing == 0;
        if (length == 0 && !last) {
            return;
        }
        if (last && gatheredLength == 0 && utf8 == Utf8.COMPLETE) {
            requireUtf8(messageKind != TEXT || Utf8.isValid(bytes, at, at + length));
            deliver(bytes, at, length);
            return;
        }
        if (messageKind == TEXT) {
            utf8 = Utf8.check(utf8, bytes, at, at + length);
            requireUtf8(utf8 != Utf8.INVALID && (!last || utf8 == Utf8.COMPLETE));
        }
        byte[] message = room(length);
        System.arraycopy(bytes, at, message, gatheredLength, length);
        gatheredLength += length;
        if (last) {
            int whole = gatheredLength;
            gathered = null;
            gatheredLength = 0;
            utf8 = Utf8.COMPLETE;
            deliver(message, 0, whole);
        }
    }

    private void deliver(byte[] bytes, int at, int length) {
        int kind = messageKind;
        messageKind = CONTINUATION;
        if (kind == TEXT) {
            sink.onText(bytes, at, length);
        } else {
            sink.onBinary(bytes, at, length);
        }
    }

    /** Room for {@code length} more bytes: at most twice what came, or the rest of this frame if that is less. */
    private byte[] room(int length) {
        int needed = gatheredLength + length;
        byte[] present = gathered;
        if (present != null && present.length >= needed) {
            return present;
        }
        long wanted = Math.min(Math.max(2L * needed, FIRST_GATHERED), needed + payloadMissing);
        if (!fin) {
            wanted = Math.max(2L * needed, FIRST_GATHERED);
        }
        int size = (int) Math.max(needed, Math.min(wanted, maxMessageBytes));
        byte[] larger = present == null ? new byte[size] : Arrays.copyOf(present, size);
        gathered = larger;
        return larger;
    }

    private void readControl(byte[] bytes, int at, int length) throws ProtocolViolation {
        if (payloadMissing == 0 && controlLength == 0) {
            deliverControl(bytes, at, length);
            return;
        }
        byte[] whole = control;
        if (whole == null) {
            whole = new byte[MAX_CONTROL_PAYLOAD];
            control = whole;
        }
        System.arraycopy(bytes, at, whole, controlLength, length);
        controlLength += length;
        if (payloadMissing == 0) {
            int size = controlLength;
            controlLength = 0;
            control = null;
            deliverControl(whole, 0, size);
        }
    }

    private void deliverControl(byte[] bytes, int at, int length) throws ProtocolViolation {
        switch (opcode) {
            case PING -> sink.onPing(bytes, at, length);
            case PONG -> sink.onPong();
            default -> deliverClose(bytes, at, length);
        }
    }

    private void deliverClose(byte[] bytes, int at, int length) throws ProtocolViolation {
        if (length == 0) {
            end();
            sink.onClose(CloseCode.NO_CODE, "");
            return;
        }
        int code = ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
        require(CloseCode.mayTravel(code), "close code " + code + " may not travel");
        requireUtf8(Utf8.isValid(bytes, at + 2, at + length));
        end();
        sink.onClose(code, new String(bytes, at + 2, length - 2, StandardCharsets.UTF_8));
    }

    private static void require(boolean holds, String otherwise) throws ProtocolViolation {
        if (!holds) {
            throw violation(otherwise);
        }
    }

    private static void requireUtf8(boolean holds) throws ProtocolViolation {
        if (!holds) {
            throw new ProtocolViolation(CloseCode.INVALID_PAYLOAD, "text that is not UTF-8");
        }
    }

    private static ProtocolViolation violation(String what) {
        return new ProtocolViolation(CloseCode.PROTOCOL_ERROR, what);
    }

    private static ProtocolViolation tooBig(String what) {
        return new ProtocolViolation(CloseCode.MESSAGE_TOO_BIG, what);
    }
}
