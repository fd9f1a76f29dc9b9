package dev.antiphon.testkit.media;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An RTP packet (RFC 3550 §5.1). Header extensions and contributing sources are passed over.
 *
 * @param sequence 16 bits
 * @param timestamp 32 bits
 * @param payload not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a view of a packet, never compared
record RtpPacket(int payloadType, boolean marker, int sequence, int timestamp, int ssrc, byte[] payload) {
    private static final int FIXED = 12;
    private static final int VERSION = 0x80;

    /** Whether a datagram on a multiplexed socket is RTP or RTCP (RFC 7983 §7). */
    static boolean claims(byte[] datagram) {
        return datagram.length >= FIXED && (datagram[0] & 0xc0) == VERSION;
    }

    /** Size of the header; −1 if the packet is shorter than its header says. */
    static int headerLength(byte[] packet) {
        if (!claims(packet)) {
            return -1;
        }
        int length = FIXED + 4 * (packet[0] & 0x0f);
        if ((packet[0] & 0x10) != 0) {
            if (packet.length < length + 4) {
                return -1;
            }
            length += 4 + 4 * ByteBuffer.wrap(packet).getChar(length + 2);
        }
        return packet.length < length ? -1 : length;
    }

    static int sequence(byte[] packet) {
        return ByteBuffer.wrap(packet).getChar(2);
    }

    static int ssrc(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(8);
    }

    /** Reads a packet in the clear; empty if it is malformed. */
    static Optional<RtpPacket> parse(byte[] packet) {
        int header = headerLength(packet);
        if (header < 0) {
            return Optional.empty();
        }
        int end = packet.length;
        if ((packet[0] & 0x20) != 0) {
            int padding = packet[packet.length - 1] & 0xff;
            if (padding == 0 || padding > end - header) {
                return Optional.empty();
            }
            end -= padding;
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        return Optional.of(new RtpPacket(
                packet[1] & 0x7f,
                packet[1] < 0,
                in.getChar(2),
                in.getInt(4),
                in.getInt(8),
                Arrays.copyOfRange(packet, header, end)));
    }

    byte[] write() {
        ByteBuffer out = ByteBuffer.allocate(FIXED + payload.length);
        out.put((byte) VERSION).put((byte) (payloadType | (marker ? 0x80 : 0)));
        out.putShort((short) sequence).putInt(timestamp).putInt(ssrc).put(payload);
        return out.array();
    }

    @Override
    public String toString() {
        return "RtpPacket[" + sequence + ", " + payload.length + " bytes]";
    }
}
