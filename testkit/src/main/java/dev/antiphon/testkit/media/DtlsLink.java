package dev.antiphon.testkit.media;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.bouncycastle.tls.DTLSTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DTLS of one leg: a handshake on a thread that may wait, then records on the loop, which never does. The
 * engine and its buffer are confined to the loop.
 */
final class DtlsLink {
    /** What becomes of a link. All on the loop. */
    interface Listener {
        void onSecured(DtlsHandshake.Result result);

        /** A record came; the buffer is used again afterwards. */
        void onRecord(byte[] buffer, int length);

        /** More than once perhaps; the link is of no use any more. */
        void onBroken(String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(DtlsLink.class);
    private static final int LARGEST_RECORD = 2_048;

    private final MediaLoop loop;
    private final Listener listener;
    private final DtlsInbox inbox;
    private final byte[] record = new byte[LARGEST_RECORD];
    private Optional<DTLSTransport> engine = Optional.empty();
    private boolean closed;

    DtlsLink(MediaLoop loop, Consumer<byte[]> wire, Listener listener) {
        this.loop = loop;
        this.listener = listener;
        inbox = new DtlsInbox(wire);
    }

    /** Begins the handshake, or waits for the other end to begin it. */
    void secure(boolean isClient, List<Fingerprint> announced) {
        try {
            loop.handshakes().execute(() -> {
                try {
                    DtlsHandshake.Result result = isClient
                            ? DtlsHandshake.connect(loop.identity(), announced, inbox)
                            : DtlsHandshake.accept(loop.identity(), announced, inbox);
                    loop.execute(() -> secured(result));
                } catch (IOException | RuntimeException e) {
                    loop.execute(() -> listener.onBroken("the DTLS handshake failed: " + e.getMessage()));
                }
            });
        } catch (RejectedExecutionException e) {
            listener.onBroken("too many DTLS handshakes at once");
        }
    }

    private void secured(DtlsHandshake.Result result) {
        engine = Optional.of(result.transport());
        inbox.stopWaiting();
        if (closed) {
            closeEngine();
        } else {
            listener.onSecured(result);
            pump();
        }
    }

    /** A datagram came. */
    void receive(byte[] datagram) {
        inbox.add(datagram);
        pump();
    }

    /** Takes everything out of the engine that has come, once there is one. */
    private void pump() {
        while (engine.isPresent() && !closed && inbox.hasMore()) {
            try {
                int length = engine.get().receive(record, 0, record.length, 1);
                while (length > 0 && !closed) {
                    listener.onRecord(record, length);
                    length = engine.get().receivePending(record, 0, record.length);
                }
            } catch (InterruptedIOException nothingMore) {
                // The datagram held no data: an alert, or a repetition.
            } catch (IOException e) {
                listener.onBroken("DTLS failed: " + e.getMessage());
            }
            if (inbox.isClosed() && !closed) {
                listener.onBroken("the caller closed the connection");
            }
        }
    }

    /** Sends a record; before the keys stand, it is lost. */
    void send(byte[] packet) {
        if (engine.isPresent()) {
            try {
                engine.get().send(packet, 0, packet.length);
            } catch (IOException e) {
                listener.onBroken("DTLS failed: " + e.getMessage());
            }
        }
    }

    /** Tells the other end, if it can, and ends a handshake that still waits. The listener hears nothing more. */
    void close() {
        closed = true;
        closeEngine();
        inbox.close();
    }

    private void closeEngine() {
        if (engine.isPresent()) {
            try {
                engine.get().close();
            } catch (IOException e) {
                LOG.debug("the close_notify of a call was not sent: the other end will miss us", e);
            }
        }
    }
}
