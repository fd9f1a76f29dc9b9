package dev.antiphon.testkit.media;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A STUN message (RFC 8489), as far as connectivity checks need it (RFC 8445 §7). Immutable. */
final class StunMessage {
    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_SUCCESS = 0x0101;

    static final int USERNAME = 0x0006;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int ICE_CONTROLLING = 0x802a;
    static final int TRANSACTION_BYTES = 12;

    private static final int MESSAGE_INTEGRITY = 0x0008;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int FINGERPRINT = 0x8028;
    private static final int COOKIE = 0x2112a442;
    private static final int HEADER = 20;
    private static final int INTEGRITY_BYTES = 20;
    private static final int FINGERPRINT_XOR = 0x5354554e;

    private final byte[] bytes;
    private final Map<Integer, byte[]> attributes;
    /** Where MESSAGE-INTEGRITY begins; 0 if there is none. */
    private final int integrityAt;

    private StunMessage(byte[] bytes, Map<Integer, byte[]> attributes, int integrityAt) {
        this.bytes = bytes;
        this.attributes = attributes;
        this.integrityAt = integrityAt;
    }

    /** Whether a datagram on a multiplexed socket is STUN (RFC 7983 §7). */
    static boolean claims(byte[] datagram) {
        return datagram.length >= HEADER && datagram[0] >= 0 && datagram[0] < 4;
    }

    /** Reads a message; empty if it is malformed or its FINGERPRINT is wrong. */
    static Optional<StunMessage> parse(byte[] datagram) {
        ByteBuffer in = ByteBuffer.wrap(datagram);
        if (!claims(datagram) || in.getInt(4) != COOKIE || in.getChar(2) + HEADER != datagram.length) {
            return Optional.empty();
        }
        Map<Integer, byte[]> attributes = new LinkedHashMap<>();
        int integrityAt = 0;
        int at = HEADER;
        while (at < datagram.length) {
            if (datagram.length - at < 4) {
                return Optional.empty();
            }
            int type = in.getChar(at);
            int length = in.getChar(at + 2);
            int next = at + 4 + (length + 3) / 4 * 4;
            if (next > datagram.length) {
                return Optional.empty();
            }
            byte[] value = Arrays.copyOfRange(datagram, at + 4, at + 4 + length);
            if (type == FINGERPRINT) {
                if (length != 4 || next != datagram.length || in.getInt(at + 4) != fingerprint(datagram, at)) {
                    return Optional.empty();
                }
            } else if (type == MESSAGE_INTEGRITY && integrityAt == 0) {
                if (length != INTEGRITY_BYTES) {
                    return Optional.empty();
                }
                integrityAt = at;
            }
            if (integrityAt == 0 || type == MESSAGE_INTEGRITY) {
                // What follows MESSAGE-INTEGRITY is not protected by it (RFC 8489 §14.5).
                attributes.putIfAbsent(type, value);
            }
            at = next;
        }
        return Optional.of(new StunMessage(datagram, attributes, integrityAt));
    }

    int type() {
        return ByteBuffer.wrap(bytes).getChar(0);
    }

    byte[] transaction() {
        return Arrays.copyOfRange(bytes, 8, HEADER);
    }

    boolean has(int attribute) {
        return attributes.containsKey(attribute);
    }

    Optional<byte[]> attribute(int type) {
        return Optional.ofNullable(attributes.get(type));
    }

    Optional<String> username() {
        return attribute(USERNAME).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** The address in XOR-MAPPED-ADDRESS (RFC 8489 §14.2). */
    Optional<InetSocketAddress> mappedAddress() {
        Optional<byte[]> value = attribute(XOR_MAPPED_ADDRESS);
        if (value.isEmpty() || (value.get().length != 8 && value.get().length != 20)) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(value.get());
        int port = in.getChar(2) ^ COOKIE >>> 16;
        byte[] address = Arrays.copyOfRange(value.get(), 4, value.get().length);
        xor(address, transaction());
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(address), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    /** Whether MESSAGE-INTEGRITY is there and made with this password (RFC 8489 §14.5). */
    boolean isAuthentic(String password) {
        if (integrityAt == 0) {
            return false;
        }
        byte[] covered = Arrays.copyOf(bytes, integrityAt);
        byte[] claimed = Arrays.copyOfRange(bytes, integrityAt + 4, integrityAt + 4 + INTEGRITY_BYTES);
        return MessageDigest.isEqual(claimed, integrity(covered, password));
    }

    /** The answer to this request that tells where it came from. */
    byte[] success(InetSocketAddress source, String password) {
        byte[] address = source.getAddress().getAddress();
        byte[] hidden = address.clone();
        xor(hidden, transaction());
        ByteBuffer value = ByteBuffer.allocate(4 + hidden.length);
        value.put((byte) 0).put((byte) (address.length == 4 ? 1 : 2));
        value.putShort((short) (source.getPort() ^ COOKIE >>> 16)).put(hidden);
        return write(BINDING_SUCCESS, transaction(), Map.of(XOR_MAPPED_ADDRESS, value.array()), password);
    }

    /** Writes a message with MESSAGE-INTEGRITY and FINGERPRINT; the attributes in the map's order. */
    static byte[] write(int type, byte[] transaction, Map<Integer, byte[]> attributes, String password) {
        int length = attributes.values().stream()
                .mapToInt(value -> 4 + (value.length + 3) / 4 * 4)
                .sum();
        ByteBuffer out = ByteBuffer.allocate(HEADER + length + 4 + INTEGRITY_BYTES + 8);
        out.putShort((short) type).putShort((short) 0).putInt(COOKIE).put(transaction);
        attributes.forEach((attribute, value) -> {
            out.putShort(attribute.shortValue()).putShort((short) value.length).put(value);
            out.position((out.position() + 3) / 4 * 4);
        });
        byte[] integrity = integrity(Arrays.copyOf(out.array(), out.position()), password);
        out.putShort((short) MESSAGE_INTEGRITY)
                .putShort((short) INTEGRITY_BYTES)
                .put(integrity);
        int at = out.position();
        out.putShort(2, (short) (at + 8 - HEADER));
        out.putShort((short) FINGERPRINT).putShort((short) 4).putInt(fingerprint(out.array(), at));
        return out.array();
    }

    /** The length field counts up to and including the attribute that is being made. */
    private static byte[] integrity(byte[] covered, String password) {
        ByteBuffer.wrap(covered).putShort(2, (short) (covered.length + 4 + INTEGRITY_BYTES - HEADER));
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return mac.doFinal(covered);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA1", e);
        }
    }

    private static int fingerprint(byte[] message, int length) {
        CRC32 crc = new CRC32();
        crc.update(message, 0, length);
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    private static void xor(byte[] address, byte[] transaction) {
        byte[] mask = ByteBuffer.allocate(16).putInt(COOKIE).put(transaction).array();
        for (int i = 0; i < address.length; i++) {
            address[i] ^= mask[i];
        }
    }

    @Override
    public String toString() {
        return String.format("StunMessage[%04x, %d attributes]", type(), attributes.size());
    }
}
