package dev.antiphon.testkit.media;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An SCTP association inside DTLS (RFC 9260 as RFC 8261 wants it), with ordered reliable streams and the
 * resetting of streams (RFC 6525). It can open the association or wait for the peer to do so. The cookie is a
 * random number that is remembered, not a sealed state: DTLS has already proved who is speaking.
 *
 * <p>Not safe for use by several threads. Times are those of {@link System#nanoTime}.
 */
final class SctpAssociation {
    /** What an association reports. */
    interface Listener {
        void onEstablished();

        /** A message came; it belongs to the listener. */
        void onMessage(int stream, int protocol, byte[] message);

        /**
         * The peer sends nothing more on these streams until they begin anew.
         *
         * @param streams empty if all are meant (RFC 6525 §4.1)
         */
        void onReset(List<Integer> streams, long now);

        /** At most once, and last. */
        void onEnded(String reason);
    }

    private enum State {
        IDLE,
        INIT_SENT,
        COOKIE_SENT,
        ESTABLISHED,
        ENDED
    }

    private static final int INIT_BYTES = 16;
    private static final int COOKIE_PARAMETER = 7;
    private static final int COOKIE_BYTES = 16;
    private static final int SUPPORTED_EXTENSIONS = 0x8008;
    private static final int OUTGOING_RESET_REQUEST = 13;
    private static final int RECONFIG_RESPONSE = 16;
    private static final int PERFORMED = 1;
    private static final int REFLECTED_TAG = 1;
    private static final int MAX_STREAMS = 1_024;
    private static final long REPEAT_NANOS = 500_000_000;
    /** The peer hears nothing of us until its own DTLS handshake is over, which ends later than ours. */
    private static final int MAX_HANDSHAKES = 40;

    private final int localPort;
    private final int remotePort;
    private final Consumer<byte[]> wire;
    private final Listener listener;
    private final int tag;
    private final int firstTsn;
    private final byte[] cookie = new byte[COOKIE_BYTES];

    private State state = State.IDLE;
    private int peerTag;
    private Optional<SctpInbound> inbound = Optional.empty();
    private Optional<SctpOutbound> outbound = Optional.empty();

    /** The handshake chunk to repeat until it is answered. */
    private Optional<SctpChunk> handshake = Optional.empty();

    private int handshakes;
    private long handshakeNanos;

    private int nextRequest;
    private final List<Integer> resetting = new ArrayList<>();
    private Optional<SctpChunk> resetRequest = Optional.empty();
    private long resetNanos;
    private int lastPeerRequest;

    /** @param wire sends a packet, through DTLS */
    SctpAssociation(int localPort, int remotePort, Consumer<byte[]> wire, Listener listener) {
        this.localPort = localPort;
        this.remotePort = remotePort;
        this.wire = wire;
        this.listener = listener;
        SecureRandom random = new SecureRandom();
        tag = random.nextInt() | 1;
        firstTsn = random.nextInt();
        nextRequest = firstTsn;
        random.nextBytes(cookie);
    }

    /** Opens the association; otherwise the peer does. */
    void connect(long now) {
        state = State.INIT_SENT;
        shake(new SctpChunk(SctpChunk.INIT, 0, init(new byte[0])), now);
    }

    boolean isEstablished() {
        return state == State.ESTABLISHED;
    }

    /**
     * Queues a message.
     *
     * @param message at least one byte
     * @return false if the association is not up or too much waits already
     */
    boolean send(int stream, int protocol, byte[] message, long now) {
        return state == State.ESTABLISHED
                && outbound.isPresent()
                && outbound.get().send(stream, protocol, message, now);
    }

    /** Takes a packet. Malformed and misdirected ones have no effect. */
    void receive(byte[] packet, int length, long now) {
        Optional<SctpChunk.Packet> parsed = SctpChunk.parse(packet, length);
        if (parsed.isEmpty()
                || parsed.get().sourcePort() != remotePort
                || parsed.get().destinationPort() != localPort) {
            return;
        }
        boolean hasData = false;
        for (SctpChunk chunk : parsed.get().chunks()) {
            if (state == State.ENDED) {
                return;
            }
            if (isMeant(chunk, parsed.get())) {
                hasData |= chunk.type() == SctpChunk.DATA;
                take(chunk, now);
            }
        }
        if (hasData && state != State.ENDED) {
            inbound.ifPresent(in -> transmit(in.sack()));
        }
    }

    /** RFC 9260 §8.5: an INIT stands alone with tag 0; an ABORT may carry our peer's own tag. */
    private boolean isMeant(SctpChunk chunk, SctpChunk.Packet packet) {
        if (chunk.type() == SctpChunk.INIT) {
            return packet.tag() == 0 && packet.chunks().size() == 1;
        }
        boolean reflects = chunk.type() == SctpChunk.ABORT && (chunk.flags() & REFLECTED_TAG) != 0;
        return packet.tag() == (reflects ? peerTag : tag);
    }

    private void take(SctpChunk chunk, long now) {
        switch (chunk.type()) {
            case SctpChunk.INIT -> answerInit(chunk);
            case SctpChunk.INIT_ACK -> answerInitAck(chunk, now);
            case SctpChunk.COOKIE_ECHO -> {
                if (inbound.isPresent() && MessageDigest.isEqual(cookie, chunk.value())) {
                    transmit(new SctpChunk(SctpChunk.COOKIE_ACK, 0, new byte[0]));
                    establish();
                }
            }
            case SctpChunk.COOKIE_ACK -> {
                if (state == State.COOKIE_SENT) {
                    establish();
                }
            }
            case SctpChunk.DATA -> data(chunk);
            case SctpChunk.SACK -> outbound.ifPresent(out -> out.sack(chunk, now));
            case SctpChunk.HEARTBEAT -> transmit(new SctpChunk(SctpChunk.HEARTBEAT_ACK, 0, chunk.value()));
            case SctpChunk.ABORT -> end("the caller aborted the data channel");
            case SctpChunk.SHUTDOWN -> transmit(new SctpChunk(SctpChunk.SHUTDOWN_ACK, 0, new byte[0]));
            case SctpChunk.SHUTDOWN_COMPLETE -> end("the caller shut the data channel down");
            case SctpChunk.RE_CONFIG -> reconfigure(chunk, now);
            default -> {
                // Chunks of extensions that we did not announce.
            }
        }
    }

    private void answerInit(SctpChunk chunk) {
        if (chunk.value().length < INIT_BYTES || chunk.in().getInt(0) == 0) {
            return;
        }
        if (inbound.isPresent() && chunk.in().getInt(0) != peerTag) {
            // A peer that begins anew would need new keys first.
            return;
        }
        meet(chunk);
        ByteBuffer parameter = ByteBuffer.allocate(4 + COOKIE_BYTES);
        parameter
                .putShort((short) COOKIE_PARAMETER)
                .putShort((short) parameter.capacity())
                .put(cookie);
        transmit(new SctpChunk(SctpChunk.INIT_ACK, 0, init(parameter.array())));
    }

    private void answerInitAck(SctpChunk chunk, long now) {
        if (state != State.INIT_SENT
                || chunk.value().length < INIT_BYTES
                || chunk.in().getInt(0) == 0) {
            return;
        }
        Optional<byte[]> echo = parameter(chunk, INIT_BYTES, COOKIE_PARAMETER);
        if (echo.isPresent()) {
            meet(chunk);
            state = State.COOKIE_SENT;
            handshakes = 0;
            shake(new SctpChunk(SctpChunk.COOKIE_ECHO, 0, echo.get()), now);
        }
    }

    /** Learns the peer's tag, window and first number from its INIT or INIT ACK, once. */
    private void meet(SctpChunk init) {
        if (inbound.isEmpty()) {
            peerTag = init.in().getInt(0);
            long window = init.in().getInt(4) & 0xffff_ffffL;
            int peerTsn = init.in().getInt(12);
            lastPeerRequest = peerTsn - 1;
            inbound = Optional.of(new SctpInbound(peerTsn, listener::onMessage));
            outbound = Optional.of(new SctpOutbound(firstTsn, window, this::transmit));
        }
    }

    /** The fixed part of INIT and INIT ACK, and that we can reset streams. */
    private byte[] init(byte[] parameter) {
        ByteBuffer value = ByteBuffer.allocate(INIT_BYTES + parameter.length + 5);
        value.putInt(tag).putInt(SctpInbound.WINDOW);
        value.putShort((short) MAX_STREAMS).putShort((short) MAX_STREAMS).putInt(firstTsn);
        value.put(parameter);
        value.putShort((short) SUPPORTED_EXTENSIONS).putShort((short) 5).put((byte) SctpChunk.RE_CONFIG);
        return value.array();
    }

    private static Optional<byte[]> parameter(SctpChunk chunk, int from, int type) {
        ByteBuffer in = chunk.in();
        int at = from;
        while (chunk.value().length - at >= 4) {
            int length = in.getChar(at + 2);
            if (length < 4 || at + length > chunk.value().length) {
                return Optional.empty();
            }
            if (in.getChar(at) == type) {
                return Optional.of(Arrays.copyOfRange(chunk.value(), at + 4, at + length));
            }
            at += (length + 3) / 4 * 4;
        }
        return Optional.empty();
    }

    private void establish() {
        if (state != State.ESTABLISHED) {
            state = State.ESTABLISHED;
            handshake = Optional.empty();
            listener.onEstablished();
        }
    }

    private void data(SctpChunk chunk) {
        if (inbound.isEmpty()) {
            return;
        }
        try {
            inbound.get().data(chunk);
        } catch (SctpInbound.TooMuchException e) {
            abort();
            end(String.valueOf(e.getMessage()));
        }
    }

    /** Ends what we send on a stream. */
    void reset(int stream, long now) {
        if (state == State.ESTABLISHED && !resetting.contains(stream)) {
            resetting.add(stream);
            requestReset(now);
        }
    }

    private void requestReset(long now) {
        if (resetRequest.isPresent() || resetting.isEmpty() || outbound.isEmpty()) {
            return;
        }
        ByteBuffer request = ByteBuffer.allocate(16 + 2 * resetting.size());
        request.putShort((short) OUTGOING_RESET_REQUEST).putShort((short) request.capacity());
        request.putInt(nextRequest)
                .putInt(lastPeerRequest)
                .putInt(outbound.get().lastTsn());
        resetting.forEach(stream -> request.putShort(stream.shortValue()));
        resetRequest = Optional.of(new SctpChunk(SctpChunk.RE_CONFIG, 0, request.array()));
        resetNanos = now;
        transmit(resetRequest.get());
    }

    private void reconfigure(SctpChunk chunk, long now) {
        Optional<byte[]> request = parameter(chunk, 0, OUTGOING_RESET_REQUEST);
        if (request.isPresent() && request.get().length >= 12) {
            peerResets(ByteBuffer.wrap(request.get()), now);
        }
        Optional<byte[]> response = parameter(chunk, 0, RECONFIG_RESPONSE);
        if (response.isPresent()
                && response.get().length >= 8
                && resetRequest.isPresent()
                && ByteBuffer.wrap(response.get()).getInt() == nextRequest) {
            resetRequest = Optional.empty();
            nextRequest++;
            outbound.ifPresent(out -> resetting.forEach(out::reset));
            resetting.clear();
        }
    }

    private void peerResets(ByteBuffer request, long now) {
        int number = request.getInt();
        ByteBuffer response = ByteBuffer.allocate(12);
        response.putShort((short) RECONFIG_RESPONSE).putShort((short) 12);
        response.putInt(number).putInt(PERFORMED);
        transmit(new SctpChunk(SctpChunk.RE_CONFIG, 0, response.array()));
        if (number - lastPeerRequest <= 0) {
            return;
        }
        lastPeerRequest = number;
        request.position(12);
        List<Integer> streams = new ArrayList<>();
        while (request.remaining() >= 2) {
            streams.add((int) request.getChar());
        }
        listener.onReset(streams, now);
    }

    /** Time passes: repeats what was not answered. To be called about every 20 ms. */
    void tick(long now) {
        if (state == State.ENDED) {
            return;
        }
        if (handshake.isPresent() && now - handshakeNanos > REPEAT_NANOS) {
            if (handshakes >= MAX_HANDSHAKES) {
                end("the data channel was not answered");
                return;
            }
            shake(handshake.get(), now);
        }
        if (resetRequest.isPresent() && now - resetNanos > REPEAT_NANOS) {
            resetNanos = now;
            transmit(resetRequest.get());
        }
        if (outbound.isPresent() && !outbound.get().tick(now)) {
            abort();
            end("the caller no longer acknowledges what is sent on the data channel");
        }
    }

    private void shake(SctpChunk chunk, long now) {
        handshake = Optional.of(chunk);
        handshakes++;
        handshakeNanos = now;
        transmit(chunk);
    }

    /** Ends the association at once; the listener hears nothing. */
    void abort() {
        if (state != State.ENDED && inbound.isPresent()) {
            transmit(new SctpChunk(SctpChunk.ABORT, 0, new byte[0]));
        }
        state = State.ENDED;
    }

    private void end(String reason) {
        state = State.ENDED;
        listener.onEnded(reason);
    }

    private void transmit(SctpChunk chunk) {
        int towards = chunk.type() == SctpChunk.INIT ? 0 : peerTag;
        wire.accept(SctpChunk.write(localPort, remotePort, towards, List.of(chunk)));
    }

    /** Pieces of messages that had to be sent again. */
    long repeated() {
        return outbound.map(SctpOutbound::repeated).orElse(0L);
    }
}
