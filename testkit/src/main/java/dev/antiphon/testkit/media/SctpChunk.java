package dev.antiphon.testkit.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A chunk of an SCTP packet (RFC 9260 §3.2).
 *
 * @param value without header and padding; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a view of a packet, never compared
record SctpChunk(int type, int flags, byte[] value) {
    static final int DATA = 0;
    static final int INIT = 1;
    static final int INIT_ACK = 2;
    static final int SACK = 3;
    static final int HEARTBEAT = 4;
    static final int HEARTBEAT_ACK = 5;
    static final int ABORT = 6;
    static final int SHUTDOWN = 7;
    static final int SHUTDOWN_ACK = 8;
    static final int ERROR = 9;
    static final int COOKIE_ECHO = 10;
    static final int COOKIE_ACK = 11;
    static final int SHUTDOWN_COMPLETE = 14;
    static final int RE_CONFIG = 130;

    private static final int PACKET_HEADER = 12;
    private static final int HEADER = 4;
    private static final int CHECKSUM_AT = 8;

    /**
     * A whole packet.
     *
     * @param tag the verification tag
     */
    record Packet(int sourcePort, int destinationPort, int tag, List<SctpChunk> chunks) {
        Packet {
            chunks = List.copyOf(chunks);
        }
    }

    ByteBuffer in() {
        return ByteBuffer.wrap(value);
    }

    /** Reads a packet; empty if it is malformed or its checksum is wrong. */
    static Optional<Packet> parse(byte[] packet, int length) {
        if (length < PACKET_HEADER + HEADER || length % 4 != 0) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(packet, 0, length);
        if (in.order(ByteOrder.LITTLE_ENDIAN).getInt(CHECKSUM_AT) != checksum(packet, length)) {
            return Optional.empty();
        }
        in.order(ByteOrder.BIG_ENDIAN);
        List<SctpChunk> chunks = new ArrayList<>();
        int at = PACKET_HEADER;
        while (length - at >= HEADER) {
            int size = in.getChar(at + 2);
            if (size < HEADER || at + size > length) {
                return Optional.empty();
            }
            byte[] value = new byte[size - HEADER];
            System.arraycopy(packet, at + HEADER, value, 0, value.length);
            chunks.add(new SctpChunk(packet[at] & 0xff, packet[at + 1] & 0xff, value));
            at += (size + 3) / 4 * 4;
        }
        return Optional.of(new Packet(in.getChar(0), in.getChar(2), in.getInt(4), chunks));
    }

    static byte[] write(int sourcePort, int destinationPort, int tag, List<SctpChunk> chunks) {
        int length = PACKET_HEADER;
        for (SctpChunk chunk : chunks) {
            length += HEADER + (chunk.value.length + 3) / 4 * 4;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        out.putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putInt(tag)
                .putInt(0);
        for (SctpChunk chunk : chunks) {
            out.put((byte) chunk.type).put((byte) chunk.flags).putShort((short) (HEADER + chunk.value.length));
            out.put(chunk.value);
            out.position((out.position() + 3) / 4 * 4);
        }
        out.order(ByteOrder.LITTLE_ENDIAN).putInt(CHECKSUM_AT, checksum(out.array(), length));
        return out.array();
    }

    /** CRC32c over the packet with zeros in place of the checksum (RFC 9260 §6.8). */
    private static int checksum(byte[] packet, int length) {
        CRC32C crc = new CRC32C();
        crc.update(packet, 0, CHECKSUM_AT);
        crc.update(new byte[4]);
        crc.update(packet, PACKET_HEADER, length - PACKET_HEADER);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "SctpChunk[" + type + ", " + value.length + " bytes]";
    }
}
