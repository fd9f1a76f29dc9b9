package dev.antiphon.testkit.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sender and receiver reports (RFC 3550 §6.4) and nothing else of RTCP. */
final class RtcpPacket {
    /**
     * What one side says about the packets it gets.
     *
     * @param ssrc whose packets
     * @param lost packets that never came, 24 bits with a sign
     * @param highest rollovers and sequence number of the newest packet
     * @param lastReport middle of the NTP time in the sender report it saw last; 0 if it saw none
     * @param sinceLastReport how long ago that was, in 1/65536 s
     */
    record Reception(int ssrc, int lost, int highest, int lastReport, int sinceLastReport) {}

    /**
     * A report.
     *
     * @param ssrc who sends it
     * @param ntpMiddle middle of the NTP time, if it is a sender report
     */
    record Report(int ssrc, Optional<Integer> ntpMiddle, List<Reception> receptions) {
        Report {
            receptions = List.copyOf(receptions);
        }
    }

    private static final int SENDER_REPORT = 200;
    private static final int RECEIVER_REPORT = 201;
    private static final int SOURCE_DESCRIPTION = 202;
    private static final int HEADER = 8;
    private static final int SENDER_INFO = 20;
    private static final int RECEPTION = 24;
    private static final int MAX_RECEPTIONS = 31;
    private static final long NTP_EPOCH = 2_208_988_800L;
    private static final byte[] CNAME = "realtimeapi".getBytes(StandardCharsets.US_ASCII);

    private RtcpPacket() {}

    /** Whether a packet that is RTP or RTCP is the latter (RFC 5761 §4). */
    static boolean claims(byte[] packet) {
        int type = packet[1] & 0xff;
        return type >= 192 && type <= 223;
    }

    static int ssrc(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(4);
    }

    /** The reports of a compound packet in the clear; a malformed rest is passed over. */
    static List<Report> reports(byte[] compound) {
        List<Report> reports = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(compound);
        int at = 0;
        while (compound.length - at >= HEADER) {
            int end = at + 4 * (in.getChar(at + 2) + 1);
            if ((compound[at] & 0xc0) != 0x80 || end > compound.length) {
                return reports;
            }
            int type = compound[at + 1] & 0xff;
            boolean isSender = type == SENDER_REPORT && end - at >= HEADER + SENDER_INFO;
            if (isSender || (type == RECEIVER_REPORT && end - at >= HEADER)) {
                int from = at + HEADER + (isSender ? SENDER_INFO : 0);
                Optional<Integer> middle = isSender ? Optional.of(in.getInt(at + HEADER + 2)) : Optional.empty();
                reports.add(new Report(in.getInt(at + 4), middle, receptions(in, from, end, compound[at] & 0x1f)));
            }
            at = end;
        }
        return reports;
    }

    private static List<Reception> receptions(ByteBuffer in, int from, int end, int count) {
        List<Reception> receptions = new ArrayList<>();
        for (int i = 0; i < Math.min(count, MAX_RECEPTIONS) && from + (i + 1) * RECEPTION <= end; i++) {
            int at = from + i * RECEPTION;
            receptions.add(new Reception(
                    in.getInt(at),
                    in.getInt(at + 4) << 8 >> 8,
                    in.getInt(at + 8),
                    in.getInt(at + 16),
                    in.getInt(at + 20)));
        }
        return receptions;
    }

    /**
     * A sender report with the name of the source behind it.
     *
     * @param packets sent so far
     * @param bytes of payload sent so far
     */
    static byte[] senderReport(
            int ssrc, Instant now, int timestamp, long packets, long bytes, Optional<Reception> reception) {
        int description = (HEADER + 2 + CNAME.length + 1 + 3) / 4 * 4;
        int report = HEADER + SENDER_INFO + (reception.isPresent() ? RECEPTION : 0);
        ByteBuffer out = ByteBuffer.allocate(report + description);
        out.put((byte) (0x80 | (reception.isPresent() ? 1 : 0))).put((byte) SENDER_REPORT);
        out.putShort((short) (report / 4 - 1)).putInt(ssrc);
        out.putLong(ntp(now)).putInt(timestamp).putInt((int) packets).putInt((int) bytes);
        reception.ifPresent(seen -> out.putInt(seen.ssrc())
                .putInt(seen.lost() & 0xffffff)
                .putInt(seen.highest())
                .putInt(0)
                .putInt(seen.lastReport())
                .putInt(seen.sinceLastReport()));
        out.put((byte) 0x81).put((byte) SOURCE_DESCRIPTION).putShort((short) (description / 4 - 1));
        out.putInt(ssrc).put((byte) 1).put((byte) CNAME.length).put(CNAME);
        return out.array();
    }

    /** The round trip a reception report reveals (RFC 3550 §6.4.1); empty if it saw no report of ours. */
    static Optional<Duration> roundTrip(Reception reception, Instant now) {
        if (reception.lastReport() == 0) {
            return Optional.empty();
        }
        int fractions = (int) (ntp(now) >>> 16) - reception.lastReport() - reception.sinceLastReport();
        return fractions < 0 ? Optional.empty() : Optional.of(Duration.ofNanos((fractions * 1_000_000_000L) >> 16));
    }

    /** Seconds since 1900 and their fraction, 32 bits each (RFC 3550 §4). */
    private static long ntp(Instant instant) {
        return ((instant.getEpochSecond() + NTP_EPOCH) << 32) | ((long) instant.getNano() << 32) / 1_000_000_000L;
    }
}
