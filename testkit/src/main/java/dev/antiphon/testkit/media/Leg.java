package dev.antiphon.testkit.media;

import dev.antiphon.testkit.media.FigureBook.Moment;
import dev.antiphon.testkit.simulator.MediaFigures;
import dev.antiphon.testkit.simulator.MediaLeg;
import dev.antiphon.testkit.simulator.MediaListener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One end of a call's media, from the first connectivity check to the end: which addresses speak to each
 * other, the DTLS handshake, then sound and data channel. What differs between the answering and the calling
 * end is in {@link Terms} and in who drives the checks.
 *
 * <p>Fields are confined to the loop unless they are final; the methods of {@link MediaLeg} hop there.
 */
final class Leg implements MediaLeg, DtlsLink.Listener, DataChannels.Listener {
    /**
     * What both descriptions agreed upon.
     *
     * @param isDtlsClient whether this end begins the handshake
     * @param fingerprints what the other end's certificate must match one of
     * @param maxMessage longest message the other end takes, in bytes; 0 means any
     * @param channel label of a channel that this end opens
     */
    record Terms(
            boolean isDtlsClient,
            List<Fingerprint> fingerprints,
            int payloadType,
            int localSctpPort,
            int remoteSctpPort,
            long maxMessage,
            Optional<String> channel) {
        Terms {
            fingerprints = List.copyOf(fingerprints);
        }
    }

    private enum State {
        NEW,
        SECURING,
        CONNECTED,
        ENDED
    }

    private final MediaLoop loop;
    private final MediaListener listener;
    private final Duration consent;
    private final int ssrc = new SecureRandom().nextInt() & 0x7fffffff;
    private final FigureBook book = new FigureBook();
    private final VoiceOut queue = new VoiceOut();
    private final DtlsLink dtls;

    private volatile Optional<Path> path = Optional.empty();
    private volatile boolean connected;
    private volatile Optional<Terms> terms = Optional.empty();
    private volatile String answer = "";
    private State state = State.NEW;
    private Optional<RtpStream> sound = Optional.empty();
    private Optional<DataChannels> channels = Optional.empty();
    private OptionalInt events = OptionalInt.empty();
    private long heardNanos;

    /** Which of our sockets talks to which address of the other end. */
    private record Path(MediaSocket socket, InetSocketAddress remote) {}

    /** @param consent the leg ends when the other end's checks stay away for so long (RFC 7675 §5.1) */
    Leg(MediaLoop loop, MediaListener listener, Duration consent) {
        this.loop = loop;
        this.listener = listener;
        this.consent = consent;
        dtls = new DtlsLink(loop, this::sendDatagram, this);
    }

    /** Before anything else is called. */
    void agree(Terms agreed, String sdpAnswer) {
        answer = sdpAnswer;
        terms = Optional.of(agreed);
    }

    int ssrc() {
        return ssrc;
    }

    FigureBook book() {
        return book;
    }

    boolean isConnected() {
        return connected;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    @Override
    public String answer() {
        return answer;
    }

    /** An authentic check came, or an answer to one of ours: this address may be talked to. On the loop. */
    void reachable(MediaSocket socket, InetSocketAddress remote, boolean nominated, long now) {
        heardNanos = now;
        if (state == State.ENDED) {
            return;
        }
        if (path.isEmpty() || nominated) {
            path = Optional.of(new Path(socket, remote));
        }
        book.reach(Moment.REACHED);
        if (state == State.NEW && terms.isPresent() && terms.get().isDtlsClient()) {
            secure(terms.get());
        }
    }

    /** A datagram from an address that is ours to talk to, but no check. On the loop. */
    void onDatagram(byte[] datagram, long now) {
        if (state == State.ENDED) {
            return;
        }
        if (DtlsInbox.claims(datagram)) {
            dtls.receive(datagram);
            if (state == State.NEW && terms.isPresent()) {
                secure(terms.get());
            }
        } else if (RtpPacket.claims(datagram)) {
            // Before the keys are agreed, sound cannot be told from noise.
            sound.ifPresent(stream -> stream.receive(datagram, now));
        } else {
            book.refused();
        }
    }

    private void secure(Terms agreed) {
        state = State.SECURING;
        dtls.secure(agreed.isDtlsClient(), agreed.fingerprints());
    }

    @Override
    public void onSecured(DtlsHandshake.Result result) {
        long now = System.nanoTime();
        Terms agreed = terms.orElseThrow();
        state = State.CONNECTED;
        connected = true;
        book.reach(Moment.SECURED);
        sound = Optional.of(new RtpStream(
                agreed.payloadType(), ssrc, result, queue, book, this::sendDatagram, listener::onSound, now));
        DataChannels opened = new DataChannels(agreed.localSctpPort(), agreed.remoteSctpPort(), dtls::send, this);
        channels = Optional.of(opened);
        if (agreed.channel().isPresent()) {
            opened.association().connect(now);
        }
        listener.onConnected();
        loop.beat(this);
    }

    @Override
    public void onRecord(byte[] buffer, int length) {
        channels.ifPresent(open -> open.receive(buffer, length, System.nanoTime()));
    }

    @Override
    public void onBroken(String reason) {
        end(reason);
    }

    /** Time passes. On the loop, about every 20 ms while connected. */
    void tick(long now) {
        sound.ifPresent(stream -> stream.tick(now));
        channels.ifPresent(open -> {
            open.tick(now);
            book.repeated(open.association().repeated());
        });
        if (now - heardNanos > consent.toNanos()) {
            end("the caller has not been heard of for " + consent.toSeconds() + " s");
        }
    }

    private void sendDatagram(byte[] datagram) {
        path.ifPresent(known -> known.socket().send(datagram, known.remote()));
    }

    @Override
    public void onReady() {
        terms.flatMap(Terms::channel)
                .ifPresent(label -> channels.orElseThrow()
                        .open(terms.orElseThrow().isDtlsClient() ? 0 : 1, label, System.nanoTime()));
    }

    /** The first channel is the channel of events, whatever its name: the service's clients open one only. */
    @Override
    public void onOpened(int stream, String label) {
        if (events.isEmpty()) {
            events = OptionalInt.of(stream);
            book.reach(Moment.CHANNEL_OPENED);
            listener.onChannelOpened(label);
        }
    }

    @Override
    public void onText(int stream, String message) {
        if (events.equals(OptionalInt.of(stream))) {
            listener.onText(message);
        }
    }

    @Override
    public void onBinary(int stream, byte[] message) {
        if (events.equals(OptionalInt.of(stream))) {
            listener.onBinary(message);
        }
    }

    @Override
    public void onClosed(int stream) {
        if (events.equals(OptionalInt.of(stream))) {
            events = OptionalInt.empty();
            listener.onChannelClosed();
        }
    }

    @Override
    public void onEnded(String reason) {
        end(reason);
    }

    @Override
    public void play(short[] samples) {
        if (connected) {
            queue.add(samples);
        }
    }

    @Override
    public Duration unplayed() {
        return queue.waiting();
    }

    @Override
    public void hush() {
        queue.clear();
    }

    @Override
    public boolean send(String message) {
        long limit = terms.map(Terms::maxMessage).orElse(0L);
        if (limit > 0 && message.getBytes(StandardCharsets.UTF_8).length > limit) {
            return false;
        }
        loop.execute(() -> {
            if (events.isPresent() && state == State.CONNECTED) {
                channels.orElseThrow().send(events.getAsInt(), message, System.nanoTime());
            }
        });
        return true;
    }

    @Override
    public MediaFigures figures() {
        return book.figures();
    }

    /** Closes channels, association and DTLS, in this order, so that the other end sees it at once. */
    @Override
    public void close() {
        loop.execute(this::leave);
    }

    private void leave() {
        if (state == State.ENDED) {
            return;
        }
        boolean wasConnected = state == State.CONNECTED;
        state = State.ENDED;
        connected = false;
        queue.clear();
        if (wasConnected) {
            channels.ifPresent(open -> {
                open.closeAll(System.nanoTime());
                open.association().abort();
            });
        }
        dtls.close();
        loop.forget(this);
    }

    /** Ends the leg for a reason that the listener hears. On the loop. */
    void end(String reason) {
        if (state != State.ENDED) {
            leave();
            listener.onEnded(reason);
        }
    }

    @Override
    public String toString() {
        return "Leg[" + state + "]";
    }
}
