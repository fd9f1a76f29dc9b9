package dev.antiphon.testkit.media;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with the calls that live on it and the sockets they share. Finds whose datagram it is: a
 * connectivity check names its call and proves it with the call's password; whatever else comes belongs to
 * the call whose checks came from there. Datagrams from strangers have no effect.
 */
final class MediaLoop implements MediaSocket.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(MediaLoop.class);
    private static final int MAX_ADDRESSES = 16;

    /** A call that can be checked, and from where it was. */
    private static final class Guest {
        private final Leg leg;
        private final String ufrag;
        private final String password;
        private final List<InetSocketAddress> addresses = new ArrayList<>();

        Guest(Leg leg, String ufrag, String password) {
            this.leg = leg;
            this.ufrag = ufrag;
            this.password = password;
        }
    }

    private final EventLoop loop;
    private final Identity identity;
    private final Executor handshakes;
    private final List<MediaSocket> sockets = new ArrayList<>();
    /** Entries are made by the thread that answers, before the answer leaves. */
    private final Map<String, Guest> byUfrag = new ConcurrentHashMap<>();

    // Confined to the loop.
    private final Map<InetSocketAddress, Leg> byAddress = new HashMap<>();
    private final Map<Leg, Future<?>> beats = new HashMap<>();

    /** Binds a port of each address; see {@link MediaSocket}. */
    MediaLoop(
            EventLoop loop,
            Identity identity,
            Executor handshakes,
            List<InetAddress> addresses,
            Supplier<Impairment> network) {
        this.loop = loop;
        this.identity = identity;
        this.handshakes = handshakes;
        for (InetAddress address : addresses) {
            sockets.add(new MediaSocket(loop, address, network, this));
        }
    }

    EventLoop loop() {
        return loop;
    }

    Identity identity() {
        return identity;
    }

    /** Runs what blocks. */
    Executor handshakes() {
        return handshakes;
    }

    List<MediaSocket> sockets() {
        return List.copyOf(sockets);
    }

    void execute(Runnable action) {
        if (!loop.isShuttingDown()) {
            loop.execute(action);
        }
    }

    /** From now on checks that name this user and know the password are answered. Any thread. */
    void expect(Leg leg, String ufrag, String password) {
        byUfrag.put(ufrag, new Guest(leg, ufrag, password));
    }

    /** Lets time pass for a leg, until it is forgotten. On the loop. */
    void beat(Leg leg) {
        beats.put(
                leg,
                loop.scheduleAtFixedRate(
                        () -> guarded(leg, () -> leg.tick(System.nanoTime())),
                        RtpStream.FRAME_NANOS,
                        RtpStream.FRAME_NANOS,
                        TimeUnit.NANOSECONDS));
    }

    /** On the loop. */
    void forget(Leg leg) {
        Optional.ofNullable(beats.remove(leg)).ifPresent(beat -> beat.cancel(false));
        byUfrag.values().stream()
                .filter(guest -> guest.leg.equals(leg))
                .findFirst()
                .ifPresent(guest -> {
                    byUfrag.remove(guest.ufrag);
                    guest.addresses.forEach(byAddress::remove);
                });
    }

    @Override
    public void onDatagram(MediaSocket socket, InetSocketAddress source, byte[] datagram) {
        long now = System.nanoTime();
        if (StunMessage.claims(datagram)) {
            StunMessage.parse(datagram)
                    .filter(message -> message.type() == StunMessage.BINDING_REQUEST)
                    .ifPresent(check -> checked(socket, source, check, now));
        } else {
            Optional.ofNullable(byAddress.get(source))
                    .ifPresent(leg -> guarded(leg, () -> leg.onDatagram(datagram, now)));
        }
    }

    /** We are the lite side (RFC 8445 §7.3): we answer checks and never send any. */
    private void checked(MediaSocket socket, InetSocketAddress source, StunMessage check, long now) {
        String ufrag = check.username().orElse("").split(":", 2)[0];
        Guest guest = byUfrag.get(ufrag);
        if (guest == null) {
            return;
        }
        if (!check.isAuthentic(guest.password)) {
            guest.leg.book().refused();
            return;
        }
        socket.send(check.success(source, guest.password), source);
        if (!guest.addresses.contains(source)) {
            if (guest.addresses.size() >= MAX_ADDRESSES) {
                byAddress.remove(guest.addresses.remove(0));
            }
            guest.addresses.add(source);
        }
        byAddress.put(source, guest.leg);
        boolean nominated = check.has(StunMessage.USE_CANDIDATE);
        guarded(guest.leg, () -> guest.leg.reachable(socket, source, nominated, now));
    }

    /** A fault in the media of one call ends that call and no other. */
    void guarded(Leg leg, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("the media of a call failed", e);
            leg.end("internal error: " + e.getClass().getSimpleName());
        }
    }

    /** Any thread. */
    void close() {
        sockets.forEach(MediaSocket::close);
    }
}
