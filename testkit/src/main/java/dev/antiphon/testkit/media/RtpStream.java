package dev.antiphon.testkit.media;

import dev.antiphon.testkit.media.FigureBook.Moment;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sound of one call in both directions: a packet every 20 ms to the caller, silence when there is nothing
 * to say, so that his player keeps its pace; and a report each second. Not safe for use by several threads,
 * except where it says so. Times are those of {@link System#nanoTime}.
 */
final class RtpStream {
    static final long FRAME_NANOS = 20_000_000;

    private static final long REPORT_NANOS = 1_000_000_000;
    private static final long MAX_BEHIND_NANOS = 200_000_000;
    private static final int CLOCKS = Opus.FRAME * Opus.CLOCK_PER_SAMPLE;

    private final int payloadType;
    private final int ssrc;
    private final FigureBook book;
    private final Consumer<byte[]> wire;
    private final SrtpSender sender;
    private final SrtpReceiver receiver;
    private final VoiceOut queue;
    private final VoiceIn voice;
    private final Opus.Encoder encoder = new Opus.Encoder();
    private final short[] frame = new short[Opus.FRAME];

    private int sequence;
    private int timestamp;
    private boolean speaking;
    private long sentPackets;
    private long sentBytes;
    private long dueNanos;
    private long reportNanos;
    private int peerReport;
    private long peerReportNanos;

    /**
     * @param wire sends a datagram to the caller
     * @param queue what he shall hear
     * @param sink takes what he says, 24 kHz
     */
    RtpStream(
            int payloadType,
            int ssrc,
            DtlsHandshake.Result keys,
            VoiceOut queue,
            FigureBook book,
            Consumer<byte[]> wire,
            Consumer<short[]> sink,
            long now) {
        this.payloadType = payloadType;
        this.ssrc = ssrc;
        this.queue = queue;
        this.book = book;
        this.wire = wire;
        sender = new SrtpSender(keys.outgoing());
        receiver = new SrtpReceiver(keys.incoming());
        voice = new VoiceIn(samples -> {
            book.heard(samples);
            sink.accept(samples);
        });
        SecureRandom random = new SecureRandom();
        sequence = random.nextInt(0x8000);
        timestamp = random.nextInt();
        dueNanos = now;
        reportNanos = now;
    }

    /** Takes a datagram that claims to be RTP or RTCP. */
    void receive(byte[] datagram, long now) {
        if (RtcpPacket.claims(datagram)) {
            receiver.rtcp(datagram).ifPresentOrElse(compound -> reported(compound, now), book::refused);
            return;
        }
        Optional<RtpPacket> packet = receiver.rtp(datagram).flatMap(RtpPacket::parse);
        if (packet.isEmpty()) {
            book.refused();
        } else if (packet.get().payloadType() == payloadType) {
            voice.add(packet.get(), now);
            book.reach(Moment.SOUND_ARRIVED);
            book.received(voice.packets(), packet.get().payload().length, voice.lost());
        }
    }

    private void reported(byte[] compound, long now) {
        for (RtcpPacket.Report report : RtcpPacket.reports(compound)) {
            if (report.ntpMiddle().isPresent()) {
                peerReport = report.ntpMiddle().get();
                peerReportNanos = now;
            }
            report.receptions().stream()
                    .filter(reception -> reception.ssrc() == ssrc)
                    .forEach(reception -> book.reportedLost(Math.max(0, reception.lost())));
        }
    }

    /** Time passes: sends the frames that are due. To be called about every 20 ms. */
    void tick(long now) {
        if (now - dueNanos > MAX_BEHIND_NANOS) {
            // Whoever hears this has long concealed the gap: go on from here.
            long missed = (now - dueNanos) / FRAME_NANOS;
            dueNanos += missed * FRAME_NANOS;
            timestamp += (int) missed * CLOCKS;
        }
        while (now - dueNanos >= 0) {
            dueNanos += FRAME_NANOS;
            sendFrame();
        }
        if (now - reportNanos > REPORT_NANOS) {
            reportNanos = now;
            wire.accept(sender.rtcp(
                    RtcpPacket.senderReport(ssrc, Instant.now(), timestamp, sentPackets, sentBytes, reception(now))));
        }
        voice.tick(now);
    }

    private void sendFrame() {
        boolean speaks = queue.take(frame);
        byte[] payload = speaks || speaking ? encoder.encode(speaks ? frame : new short[Opus.FRAME]) : silence();
        RtpPacket packet = new RtpPacket(payloadType, speaks && !speaking, sequence & 0xffff, timestamp, ssrc, payload);
        wire.accept(sender.rtp(packet.write()));
        if (speaks) {
            book.reach(Moment.SOUND_SENT);
        }
        speaking = speaks;
        sequence++;
        timestamp += CLOCKS;
        sentPackets++;
        sentBytes += payload.length;
        book.sent(sentPackets, sentBytes);
    }

    /** A frame that says "silence" in three bytes: CELT, 20 ms, one channel, nothing coded. */
    private static byte[] silence() {
        return new byte[] {(byte) 0xf8, (byte) 0xff, (byte) 0xfe};
    }

    private Optional<RtcpPacket.Reception> reception(long now) {
        if (!voice.hasBegun()) {
            return Optional.empty();
        }
        int sinceReport = peerReport == 0 ? 0 : (int) (((now - peerReportNanos) << 16) / 1_000_000_000L);
        return Optional.of(
                new RtcpPacket.Reception(voice.ssrc(), (int) voice.lost(), voice.highest(), peerReport, sinceReport));
    }
}
