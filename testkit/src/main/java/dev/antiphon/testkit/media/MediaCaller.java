package dev.antiphon.testkit.media;

import dev.antiphon.testkit.simulator.MediaFigures;
import dev.antiphon.testkit.simulator.MediaListener;
import dev.antiphon.testkit.simulator.SessionDescription;
import dev.antiphon.testkit.simulator.SessionDescription.Media;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The browser's end of a call, without a browser: offers Opus and a data channel {@code oai-events}, checks
 * the addresses in the answer, and speaks and listens like a caller. {@link #offer} comes first, then
 * {@link #accept} once, then the rest; what is said before the call is connected is lost.
 *
 * <p>Made by {@link WebRtcPeer#call}. All methods may be called by any thread and do not block.
 */
public final class MediaCaller implements AutoCloseable {
    private static final int OPUS = 111;
    private static final long CHECK_MILLIS = 50;
    private static final long CONSENT_NANOS = 2_500_000_000L;
    private static final int MAX_OPEN_CHECKS = 1_000;

    private final MediaLoop loop;
    private final Leg leg;
    private final List<MediaSocket> sockets = new ArrayList<>();
    private final IceCredentials credentials = IceCredentials.random();
    private final SecureRandom random = new SecureRandom();
    private final String offer;

    // Confined to the loop.
    /** Checks that were not answered yet, by transaction. */
    private final Map<ByteBuffer, InetSocketAddress> checks = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, InetSocketAddress> eldest) {
            return size() > MAX_OPEN_CHECKS;
        }
    };

    private List<InetSocketAddress> candidates = List.of();
    private String checkName = "";
    private String checkPassword = "";
    private Optional<InetSocketAddress> remote = Optional.empty();
    private Optional<MediaSocket> chosen = Optional.empty();
    private long checkedNanos;

    MediaCaller(
            MediaLoop loop,
            List<InetAddress> addresses,
            Supplier<Impairment> network,
            MediaListener listener,
            Duration consent) {
        this.loop = loop;
        leg = new Leg(loop, listener, consent);
        for (InetAddress address : addresses) {
            sockets.add(new MediaSocket(loop.loop(), address, network, this::onDatagram));
        }
        offer = write();
    }

    private String write() {
        String ice = "a=ice-ufrag:" + credentials.ufrag() + "\r\na=ice-pwd:" + credentials.password()
                + "\r\na=ice-options:trickle\r\na=fingerprint:"
                + loop.identity().fingerprint()
                + "\r\na=setup:actpass\r\n";
        return "v=0\r\no=- " + (random.nextLong() >>> 2) + " 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                + "a=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n"
                + "m=audio 9 UDP/TLS/RTP/SAVPF " + OPUS + "\r\nc=IN IP4 0.0.0.0\r\n" + ice
                + "a=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:" + OPUS + " opus/48000/2\r\na=fmtp:" + OPUS
                + " minptime=10;useinbandfec=1\r\na=ssrc:" + leg.ssrc() + " cname:antiphon\r\n"
                + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n" + ice
                + "a=mid:1\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n";
    }

    /** The offer to be answered. It has no candidates: the answering end needs none. */
    public String offer() {
        return offer;
    }

    /**
     * Begins to connect.
     *
     * @throws IllegalArgumentException if this is no answer that can be used
     */
    public void accept(String answer) {
        SessionDescription description = SessionDescription.parse(answer);
        leg.agree(Negotiation.offering(description, OPUS, "oai-events"), answer);
        Media audio = description.first("audio").orElseThrow();
        String name = audio.attribute("ice-ufrag").orElse("") + ":" + credentials.ufrag();
        String password = audio.attribute("ice-pwd").orElse("");
        List<InetSocketAddress> found = description.media().stream()
                .flatMap(section -> section.attributes("candidate").stream())
                .flatMap(line -> parse(line).stream())
                .distinct()
                .toList();
        loop.execute(() -> {
            candidates = found;
            checkName = name;
            checkPassword = password;
            check();
        });
    }

    /** Foundation, component, transport, priority, address, port (RFC 8839 §5.1). */
    private static Optional<InetSocketAddress> parse(String candidate) {
        String[] words = candidate.split(" ", -1);
        boolean isAddress = words.length >= 8 && words[4].matches("[0-9a-fA-F.:]+") && words[5].matches("\\d{1,5}");
        return isAddress && words[2].equalsIgnoreCase("udp")
                ? Optional.of(new InetSocketAddress(words[4], Integer.parseInt(words[5])))
                : Optional.empty();
    }

    /** Checks every pair until one answers, then that one from time to time (RFC 7675). */
    private void check() {
        if (leg.isEnded()) {
            return;
        }
        long now = System.nanoTime();
        if (chosen.isEmpty()) {
            for (MediaSocket socket : sockets) {
                candidates.forEach(candidate -> check(socket, candidate));
            }
        } else if (now - checkedNanos > CONSENT_NANOS) {
            checkedNanos = now;
            check(chosen.get(), remote.orElseThrow());
        }
        var unused = loop.loop().schedule((Runnable) this::check, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void check(MediaSocket socket, InetSocketAddress target) {
        boolean sameFamily =
                socket.address().getAddress().getClass() == target.getAddress().getClass();
        if (!sameFamily) {
            return;
        }
        byte[] transaction = new byte[StunMessage.TRANSACTION_BYTES];
        random.nextBytes(transaction);
        checks.put(ByteBuffer.wrap(transaction), target);
        Map<Integer, byte[]> attributes = new LinkedHashMap<>();
        attributes.put(StunMessage.USERNAME, checkName.getBytes(StandardCharsets.UTF_8));
        attributes.put(
                StunMessage.ICE_CONTROLLING, ByteBuffer.allocate(8).putLong(1).array());
        attributes.put(
                StunMessage.PRIORITY, ByteBuffer.allocate(4).putInt(0x6e7f00ff).array());
        attributes.put(StunMessage.USE_CANDIDATE, new byte[0]);
        socket.send(StunMessage.write(StunMessage.BINDING_REQUEST, transaction, attributes, checkPassword), target);
    }

    private void onDatagram(MediaSocket socket, InetSocketAddress source, byte[] datagram) {
        long now = System.nanoTime();
        if (StunMessage.claims(datagram)) {
            StunMessage.parse(datagram)
                    .filter(message -> message.type() == StunMessage.BINDING_SUCCESS)
                    .filter(message -> source.equals(checks.remove(ByteBuffer.wrap(message.transaction()))))
                    .filter(message -> message.isAuthentic(checkPassword))
                    .ifPresent(message -> answered(socket, source, now));
        } else if (remote.equals(Optional.of(source))) {
            loop.guarded(leg, () -> leg.onDatagram(datagram, now));
        }
    }

    private void answered(MediaSocket socket, InetSocketAddress source, long now) {
        boolean first = chosen.isEmpty();
        if (first) {
            chosen = Optional.of(socket);
            remote = Optional.of(source);
            checkedNanos = now;
        }
        if (remote.equals(Optional.of(source))) {
            loop.guarded(leg, () -> leg.reachable(socket, source, first, now));
        }
    }

    /**
     * Says something, behind what is still being said.
     *
     * @param samples 24 kHz, one channel; not copied, must not be changed afterwards
     */
    public void say(short[] samples) {
        leg.play(samples);
    }

    /** How long what is to be said will still take. */
    public Duration unsaid() {
        return leg.unplayed();
    }

    /** Falls silent at once. */
    public void hush() {
        leg.hush();
    }

    /**
     * Sends a text message on the data channel; before that is open, it is lost.
     *
     * @return false if it is longer than the other end takes
     */
    public boolean send(String message) {
        return leg.send(message);
    }

    /** Whether sound flows. */
    public boolean isConnected() {
        return leg.isConnected();
    }

    /** What was measured so far. */
    public MediaFigures figures() {
        return leg.figures();
    }

    /** Hangs up: the other end is told. */
    @Override
    public void close() {
        leg.close();
        loop.execute(() -> sockets.forEach(MediaSocket::close));
    }

    /** Vanishes like a browser whose machine was switched off: nobody is told anything. */
    public void vanish() {
        loop.execute(() -> sockets.forEach(MediaSocket::close));
        leg.close();
    }

    @Override
    public String toString() {
        return "MediaCaller[" + leg + "]";
    }
}
