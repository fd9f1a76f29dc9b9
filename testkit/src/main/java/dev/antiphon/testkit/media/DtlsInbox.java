package dev.antiphon.testkit.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;

/**
 * The datagrams between a DTLS engine and the network. While the handshake lasts, the engine waits here on a
 * thread of its own; afterwards it is called only when something has come, and told at once when there is
 * nothing more. Holds {@value #MAX_WAITING} datagrams; more are lost, as on any network. Records of one flight of
 * the handshake share a datagram (RFC 6347 §4.1.1), so that they arrive or are lost together. Safe for use by any
 * thread, except that one at a time runs the engine.
 */
final class DtlsInbox implements DatagramTransport {
    private static final int MAX_WAITING = 256;
    private static final int RECEIVE_LIMIT = 2_048;
    private static final int SEND_LIMIT = 1_200;
    private static final int ALERT = 21;

    /** Nothing has come, and nobody shall wait for it. */
    private static final class EmptyException extends InterruptedIOException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private final Consumer<byte[]> wire;
    /** What the engine has sent and the network has not; touched by whoever runs the engine. */
    private final ByteArrayOutputStream flight = new ByteArrayOutputStream();

    // Guarded by this.
    private final ArrayDeque<byte[]> datagrams = new ArrayDeque<>();
    private boolean waits = true;
    private boolean closed;

    DtlsInbox(Consumer<byte[]> wire) {
        this.wire = wire;
    }

    /** Whether a datagram on a multiplexed socket is DTLS (RFC 7983 §7). */
    static boolean claims(byte[] datagram) {
        return datagram.length > 0 && datagram[0] >= 20 && datagram[0] <= 63;
    }

    synchronized void add(byte[] datagram) {
        if (datagrams.size() < MAX_WAITING && !closed) {
            datagrams.add(datagram);
            notifyAll();
        }
    }

    /** The handshake is over: from now on {@code receive} does not wait, nor does what is sent. */
    void stopWaiting() {
        synchronized (this) {
            waits = false;
        }
        flush();
    }

    private synchronized boolean waits() {
        return waits;
    }

    /** Whether something has come. */
    synchronized boolean hasMore() {
        return !datagrams.isEmpty();
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_LIMIT;
    }

    @Override
    public int getSendLimit() {
        return SEND_LIMIT;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        flush();
        Optional<byte[]> datagram = next(waitMillis);
        if (datagram.isEmpty()) {
            return -1;
        }
        int count = Math.min(length, datagram.get().length);
        System.arraycopy(datagram.get(), 0, buffer, offset, count);
        return count;
    }

    private synchronized Optional<byte[]> next(int waitMillis) throws IOException {
        if (!waits && datagrams.isEmpty()) {
            throw new EmptyException();
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        while (datagrams.isEmpty() && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return Optional.empty();
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the handshake was interrupted");
            }
        }
        if (closed) {
            throw new IOException("the leg was closed during the handshake");
        }
        return Optional.of(datagrams.remove());
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (flight.size() + length > SEND_LIMIT) {
            flush();
        }
        flight.write(buffer, offset, length);
        if (buffer[offset] == ALERT || !waits()) {
            flush();
        }
    }

    /** A flight ends where the engine waits for the other end's, or has nothing more to wait for. */
    private void flush() {
        if (flight.size() > 0) {
            byte[] datagram = flight.toByteArray();
            flight.reset();
            wire.accept(datagram);
        }
    }

    /** Ends a handshake that still waits. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
