package dev.antiphon.testkit.media;

import java.util.Optional;

/**
 * Encrypts and authenticates packets of one direction. Knows no order of packets: who calls it supplies the
 * packet index. Not safe for use by several threads.
 */
interface SrtpTransform {
    /**
     * Seals an RTP packet.
     *
     * @param header size of the RTP header, which stays readable
     * @param index rollover counter and sequence number, 48 bits (RFC 3711 §3.3.1)
     */
    byte[] sealRtp(byte[] packet, int header, long index);

    /** Empty if the packet is forged, or was made with another index. */
    Optional<byte[]> openRtp(byte[] packet, int header, long index);

    /**
     * Seals an RTCP packet.
     *
     * @param index 31 bits
     */
    byte[] sealRtcp(byte[] packet, int index);

    /** Empty if the packet is forged or too short. */
    Optional<byte[]> openRtcp(byte[] packet);

    /** The index a sealed RTCP packet claims to have; the packet is at least {@link #rtcpOverhead} longer than 8. */
    int rtcpIndex(byte[] packet);

    /** How much longer sealing makes an RTP packet. */
    int rtpOverhead();

    /** How much longer sealing makes an RTCP packet. */
    int rtcpOverhead();

    /** The transform of a profile. */
    static SrtpTransform of(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        SrtpKeys rtp = SrtpKeys.forRtp(profile, masterKey, masterSalt);
        SrtpKeys rtcp = SrtpKeys.forRtcp(profile, masterKey, masterSalt);
        return switch (profile) {
            case AES128_CM_HMAC_SHA1_80 -> new CounterModeTransform(rtp, rtcp);
            case AEAD_AES_128_GCM -> new GcmTransform(rtp, rtcp);
        };
    }
}
