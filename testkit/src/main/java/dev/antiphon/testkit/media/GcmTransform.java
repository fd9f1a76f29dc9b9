package dev.antiphon.testkit.media;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-GCM with 128-bit tags (RFC 7714), with the JDK's cipher. */
final class GcmTransform implements SrtpTransform {
    private static final int TAG = 16;
    private static final int RTCP_HEADER = 8;
    private static final int RTCP_INDEX = 4;
    private static final int ENCRYPTED = 0x8000_0000;

    private final SecretKeySpec rtpKey;
    private final SecretKeySpec rtcpKey;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final Cipher cipher;

    GcmTransform(SrtpKeys rtp, SrtpKeys rtcp) {
        rtpKey = new SecretKeySpec(rtp.cipher(), "AES");
        rtcpKey = new SecretKeySpec(rtcp.cipher(), "AES");
        rtpSalt = rtp.salt();
        rtcpSalt = rtcp.salt();
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    @Override
    public byte[] sealRtp(byte[] packet, int header, long index) {
        byte[] sealed = new byte[packet.length + TAG];
        System.arraycopy(packet, 0, sealed, 0, header);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, rtpKey, rtpNonce(packet, index));
            cipher.updateAAD(packet, 0, header);
            cipher.doFinal(packet, header, packet.length - header, sealed, header);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an index was used twice", e);
        }
        return sealed;
    }

    @Override
    public Optional<byte[]> openRtp(byte[] packet, int header, long index) {
        if (packet.length < header + TAG) {
            return Optional.empty();
        }
        byte[] open = new byte[packet.length - TAG];
        System.arraycopy(packet, 0, open, 0, header);
        try {
            cipher.init(Cipher.DECRYPT_MODE, rtpKey, rtpNonce(packet, index));
            cipher.updateAAD(packet, 0, header);
            cipher.doFinal(packet, header, packet.length - header, open, header);
            return Optional.of(open);
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] sealRtcp(byte[] packet, int index) {
        byte[] sealed = new byte[packet.length + TAG + RTCP_INDEX];
        System.arraycopy(packet, 0, sealed, 0, RTCP_HEADER);
        ByteBuffer.wrap(sealed).putInt(packet.length + TAG, ENCRYPTED | index);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, rtcpKey, rtcpNonce(packet, index));
            cipher.updateAAD(packet, 0, RTCP_HEADER);
            cipher.updateAAD(sealed, packet.length + TAG, RTCP_INDEX);
            cipher.doFinal(packet, RTCP_HEADER, packet.length - RTCP_HEADER, sealed, RTCP_HEADER);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an index was used twice", e);
        }
        return sealed;
    }

    /** Only encrypted packets are taken: nobody in WebRTC may send others (RFC 8827 §6.5). */
    @Override
    public Optional<byte[]> openRtcp(byte[] packet) {
        int end = packet.length - RTCP_INDEX;
        if (end < RTCP_HEADER + TAG || packet[end] >= 0) {
            return Optional.empty();
        }
        byte[] open = new byte[end - TAG];
        System.arraycopy(packet, 0, open, 0, RTCP_HEADER);
        try {
            cipher.init(Cipher.DECRYPT_MODE, rtcpKey, rtcpNonce(packet, rtcpIndex(packet)));
            cipher.updateAAD(packet, 0, RTCP_HEADER);
            cipher.updateAAD(packet, end, RTCP_INDEX);
            cipher.doFinal(packet, RTCP_HEADER, end - RTCP_HEADER, open, RTCP_HEADER);
            return Optional.of(open);
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    @Override
    public int rtcpIndex(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(packet.length - RTCP_INDEX) & ~ENCRYPTED;
    }

    @Override
    public int rtpOverhead() {
        return TAG;
    }

    @Override
    public int rtcpOverhead() {
        return TAG + RTCP_INDEX;
    }

    /** Two zero bytes, SSRC, rollover counter, sequence number, or-ed with the salt (RFC 7714 §8.1). */
    private GCMParameterSpec rtpNonce(byte[] packet, long index) {
        return nonce(rtpSalt, RtpPacket.ssrc(packet), index);
    }

    /** Two zero bytes, SSRC, two zero bytes, index, or-ed with the salt (RFC 7714 §9.1). */
    private GCMParameterSpec rtcpNonce(byte[] packet, int index) {
        return nonce(rtcpSalt, RtcpPacket.ssrc(packet), index);
    }

    private static GCMParameterSpec nonce(byte[] salt, int ssrc, long index) {
        ByteBuffer nonce = ByteBuffer.allocate(12).put(salt);
        nonce.putInt(2, nonce.getInt(2) ^ ssrc);
        nonce.putShort(6, (short) (nonce.getShort(6) ^ index >>> 32));
        nonce.putInt(8, nonce.getInt(8) ^ (int) index);
        return new GCMParameterSpec(TAG * 8, nonce.array());
    }
}
