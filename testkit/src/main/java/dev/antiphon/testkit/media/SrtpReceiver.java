package dev.antiphon.testkit.media;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the packets of one direction: guesses each packet's index from its sequence number (RFC 3711
 * §3.3.1), refuses what is forged or came before. Listens to the first sixteen sources only, so that nobody
 * can fill the memory with invented ones. Not safe for use by several threads.
 */
final class SrtpReceiver {
    private static final int MAX_SOURCES = 16;

    private final SrtpTransform transform;
    private final Map<Integer, ReplayWindow> rtp = new HashMap<>();
    private final Map<Integer, ReplayWindow> rtcp = new HashMap<>();

    SrtpReceiver(SrtpTransform transform) {
        this.transform = transform;
    }

    /** The packet in the clear; empty if it is malformed, forged or came before. */
    Optional<byte[]> rtp(byte[] packet) {
        int header = RtpPacket.headerLength(packet);
        if (header < 0 || packet.length < header + transform.rtpOverhead()) {
            return Optional.empty();
        }
        int ssrc = RtpPacket.ssrc(packet);
        ReplayWindow window = rtp.getOrDefault(ssrc, new ReplayWindow());
        long index = indexOf(RtpPacket.sequence(packet), window.highest());
        if (index < 0 || !window.isFresh(index) || isOneTooMany(rtp, ssrc)) {
            return Optional.empty();
        }
        Optional<byte[]> open = transform.openRtp(packet, header, index);
        if (open.isPresent()) {
            window.mark(index);
            rtp.put(ssrc, window);
        }
        return open;
    }

    /** The compound packet in the clear; empty if it is malformed, forged or came before. */
    Optional<byte[]> rtcp(byte[] packet) {
        if (packet.length < 8 + transform.rtcpOverhead()) {
            return Optional.empty();
        }
        int ssrc = RtcpPacket.ssrc(packet);
        ReplayWindow window = rtcp.getOrDefault(ssrc, new ReplayWindow());
        int index = transform.rtcpIndex(packet);
        if (!window.isFresh(index) || isOneTooMany(rtcp, ssrc)) {
            return Optional.empty();
        }
        Optional<byte[]> open = transform.openRtcp(packet);
        if (open.isPresent()) {
            window.mark(index);
            rtcp.put(ssrc, window);
        }
        return open;
    }

    private static boolean isOneTooMany(Map<Integer, ReplayWindow> windows, int ssrc) {
        return windows.size() >= MAX_SOURCES && !windows.containsKey(ssrc);
    }

    /** The index nearest to the highest one so far; negative if that would lie before the first. */
    static long indexOf(int sequence, long highest) {
        return highest < 0 ? sequence : highest + (short) (sequence - (int) highest);
    }
}
