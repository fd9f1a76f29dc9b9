package dev.antiphon.testkit.media;

/**
 * Seals the packets of one stream in the order of sending, so that every index is used once. Not safe for
 * use by several threads.
 */
final class SrtpSender {
    private final SrtpTransform transform;
    private long index = -1;
    private int rtcpIndex;

    SrtpSender(SrtpTransform transform) {
        this.transform = transform;
    }

    /** @param packet its sequence number follows that of the packet before */
    byte[] rtp(byte[] packet) {
        int sequence = RtpPacket.sequence(packet);
        index = index < 0 ? sequence : index + (sequence - (int) index & 0xffff);
        return transform.sealRtp(packet, RtpPacket.headerLength(packet), index);
    }

    byte[] rtcp(byte[] packet) {
        rtcpIndex++;
        return transform.sealRtcp(packet, rtcpIndex);
    }
}
