package dev.antiphon.testkit.media;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES in counter mode with HMAC-SHA1 cut to 80 bits (RFC 3711 §4.1.1, §4.2.1), with the JDK's ciphers. */
final class CounterModeTransform implements SrtpTransform {
    private static final int TAG = 10;
    private static final int RTCP_HEADER = 8;
    private static final int RTCP_INDEX = 4;
    private static final int ENCRYPTED = 0x8000_0000;

    private final SecretKeySpec rtpKey;
    private final SecretKeySpec rtcpKey;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final Mac rtpMac;
    private final Mac rtcpMac;
    private final Cipher cipher;

    CounterModeTransform(SrtpKeys rtp, SrtpKeys rtcp) {
        rtpKey = new SecretKeySpec(rtp.cipher(), "AES");
        rtcpKey = new SecretKeySpec(rtcp.cipher(), "AES");
        rtpSalt = rtp.salt();
        rtcpSalt = rtcp.salt();
        try {
            rtpMac = mac(rtp.authentication());
            rtcpMac = mac(rtcp.authentication());
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES in counter mode and HmacSHA1", e);
        }
    }

    private static Mac mac(byte[] key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        return mac;
    }

    @Override
    public byte[] sealRtp(byte[] packet, int header, long index) {
        byte[] sealed = Arrays.copyOf(packet, packet.length + TAG);
        crypt(rtpKey, counter(rtpSalt, RtpPacket.ssrc(packet), index), sealed, header, packet.length);
        System.arraycopy(rtpTag(sealed, packet.length, index), 0, sealed, packet.length, TAG);
        return sealed;
    }

    @Override
    public Optional<byte[]> openRtp(byte[] packet, int header, long index) {
        int length = packet.length - TAG;
        if (length < header || isForged(rtpTag(packet, length, index), packet)) {
            return Optional.empty();
        }
        byte[] open = Arrays.copyOf(packet, length);
        crypt(rtpKey, counter(rtpSalt, RtpPacket.ssrc(packet), index), open, header, length);
        return Optional.of(open);
    }

    @Override
    public byte[] sealRtcp(byte[] packet, int index) {
        ByteBuffer sealed = ByteBuffer.allocate(packet.length + RTCP_INDEX + TAG);
        sealed.put(packet).putInt(ENCRYPTED | index);
        crypt(rtcpKey, counter(rtcpSalt, RtcpPacket.ssrc(packet), index), sealed.array(), RTCP_HEADER, packet.length);
        rtcpMac.update(sealed.array(), 0, packet.length + RTCP_INDEX);
        sealed.put(rtcpMac.doFinal(), 0, TAG);
        return sealed.array();
    }

    @Override
    public Optional<byte[]> openRtcp(byte[] packet) {
        int length = packet.length - RTCP_INDEX - TAG;
        if (length < RTCP_HEADER) {
            return Optional.empty();
        }
        rtcpMac.update(packet, 0, length + RTCP_INDEX);
        if (isForged(rtcpMac.doFinal(), packet)) {
            return Optional.empty();
        }
        byte[] open = Arrays.copyOf(packet, length);
        if ((packet[length] & 0x80) != 0) {
            crypt(rtcpKey, counter(rtcpSalt, RtcpPacket.ssrc(packet), rtcpIndex(packet)), open, RTCP_HEADER, length);
        }
        return Optional.of(open);
    }

    @Override
    public int rtcpIndex(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(packet.length - RTCP_INDEX - TAG) & ~ENCRYPTED;
    }

    @Override
    public int rtpOverhead() {
        return TAG;
    }

    @Override
    public int rtcpOverhead() {
        return RTCP_INDEX + TAG;
    }

    private byte[] rtpTag(byte[] packet, int length, long index) {
        rtpMac.update(packet, 0, length);
        rtpMac.update(ByteBuffer.allocate(4).putInt((int) (index >>> 16)).array());
        return rtpMac.doFinal();
    }

    private static boolean isForged(byte[] tag, byte[] packet) {
        byte[] claimed = Arrays.copyOfRange(packet, packet.length - TAG, packet.length);
        return !MessageDigest.isEqual(Arrays.copyOf(tag, TAG), claimed);
    }

    /** The first counter block: salt, SSRC and index, each at its place, exclusively or-ed (RFC 3711 §4.1.1). */
    static byte[] counter(byte[] salt, int ssrc, long index) {
        ByteBuffer block = ByteBuffer.allocate(16).put(salt);
        block.putInt(4, block.getInt(4) ^ ssrc);
        block.putLong(8, block.getLong(8) ^ index << 16);
        return block.array();
    }

    private void crypt(SecretKeySpec key, byte[] counter, byte[] bytes, int from, int to) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
            cipher.doFinal(bytes, from, to - from, bytes, from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("counter mode takes any length", e);
        }
    }
}
