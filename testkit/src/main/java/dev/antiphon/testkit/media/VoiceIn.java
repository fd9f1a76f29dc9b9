package dev.antiphon.testkit.media;

import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Turns the packets of one stream into sound without gaps. Packets that came too early wait for those before
 * them, at most {@value #PATIENCE} packets or a tenth of a second; what is missing then is concealed. There
 * is no clock of playing: nobody listens here but a speech detector, so sound is handed on as soon as its
 * turn has come. When the caller stops sending, silence takes the place of sound, so that a turn can end.
 *
 * <p>Not safe for use by several threads. Times are those of {@link System#nanoTime}.
 */
final class VoiceIn {
    static final int PATIENCE = 5;

    private static final long STALE_NANOS = 100_000_000;
    private static final long PAUSE_NANOS = 200_000_000;
    private static final int PAUSE_SAMPLES = 2_400;
    private static final int MAX_CONCEALED = 10;
    private static final int MAX_JUMP = 500;
    private static final int MAX_PAUSE_SAMPLES = 24_000;

    private final Consumer<short[]> sink;
    private Opus.Decoder decoder = new Opus.Decoder();
    /** By index: sequence number with its rollovers. */
    private final TreeMap<Long, RtpPacket> waiting = new TreeMap<>();

    private int ssrc;
    private long first = -1;
    private long next = -1;
    private long highest = -1;
    private int nextTimestamp;
    private int lastLength = Opus.FRAME;
    private long packets;
    private long lastSoundNanos;
    private boolean paused;
    private long malformed;

    /** @param sink takes 24 kHz samples */
    VoiceIn(Consumer<short[]> sink) {
        this.sink = sink;
    }

    void add(RtpPacket packet, long now) {
        if (packet.payload().length == 0) {
            return;
        }
        long index = SrtpReceiver.indexOf(packet.sequence(), highest);
        if (next < 0 || packet.ssrc() != ssrc || Math.abs(index - next) > MAX_JUMP) {
            begin(packet);
            index = packet.sequence();
        }
        packets++;
        highest = Math.max(highest, index);
        if (index < next) {
            return;
        }
        waiting.put(index, packet);
        drain(now);
        if (waiting.size() >= PATIENCE) {
            skip();
            drain(now);
        }
    }

    private void begin(RtpPacket packet) {
        malformed += decoder.malformed();
        decoder = new Opus.Decoder();
        waiting.clear();
        ssrc = packet.ssrc();
        first = packet.sequence();
        next = first;
        highest = first;
        packets = 0;
        nextTimestamp = packet.timestamp();
    }

    private void drain(long now) {
        while (!waiting.isEmpty() && waiting.firstKey() == next) {
            RtpPacket packet = waiting.pollFirstEntry().getValue();
            fillPause(packet.timestamp() - nextTimestamp);
            short[] samples = decoder.decode(packet.payload());
            lastLength = samples.length;
            nextTimestamp = packet.timestamp() + samples.length * Opus.CLOCK_PER_SAMPLE;
            next++;
            paused = false;
            lastSoundNanos = now;
            sink.accept(samples);
        }
    }

    /** The sender left out silence (RFC 7587 §3.1.3), unless we have supplied it meanwhile. */
    private void fillPause(int clocks) {
        int samples = Math.min(clocks / Opus.CLOCK_PER_SAMPLE, MAX_PAUSE_SAMPLES);
        if (samples > 0 && !paused) {
            sink.accept(new short[samples]);
        }
    }

    /** Gives up what is missing before the first packet that waits. */
    private void skip() {
        long missing = waiting.firstKey() - next;
        RtpPacket after = waiting.firstEntry().getValue();
        for (long i = missing; i > 0; i--) {
            if (i == 1) {
                sink.accept(decoder.recover(after.payload(), lastLength));
            } else if (i <= MAX_CONCEALED) {
                sink.accept(decoder.conceal(lastLength));
            }
        }
        next = waiting.firstKey();
        nextTimestamp = after.timestamp();
    }

    /** Time passes: gives up waiting for what is late, and supplies silence when nothing comes. */
    void tick(long now) {
        if (next < 0) {
            return;
        }
        if (!waiting.isEmpty() && now - lastSoundNanos > STALE_NANOS) {
            skip();
            drain(now);
        }
        while (now - lastSoundNanos > PAUSE_NANOS) {
            paused = true;
            lastSoundNanos += PAUSE_NANOS / 2;
            sink.accept(new short[PAUSE_SAMPLES]);
        }
    }

    /** Packets of the present stream. */
    long packets() {
        return packets;
    }

    /** Packets of the present stream that never came, or not in time to be counted yet. */
    long lost() {
        return first < 0 ? 0 : Math.max(0, highest - first + 1 - packets);
    }

    /** Rollovers and sequence number of the newest packet, 32 bits. */
    int highest() {
        return (int) highest;
    }

    int ssrc() {
        return ssrc;
    }

    boolean hasBegun() {
        return next >= 0;
    }

    /** Packets that were no Opus. */
    long malformed() {
        return malformed + decoder.malformed();
    }
}
