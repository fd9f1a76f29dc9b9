package dev.antiphon.testkit.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.DatagramTransport;

/**
 * The network as a DTLS server sees it, except that the cipher cannot change too early. The engine takes a
 * ChangeCipherSpec although the CertificateVerify before it was lost, and is deaf to the repetition of that one,
 * which comes under the old cipher. So a change that came too early counts as lost itself, and the client, who
 * hears no answer, sends the whole flight again (RFC 6347 §4.2.4). Called by one thread at a time.
 */
final class DtlsOrder implements DatagramTransport {
    private static final int RECORD_HEADER = 13;
    private static final int EPOCH = 3;
    private static final int RECORD_LENGTH = 11;
    private static final int MESSAGE_HEADER = 12;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int CERTIFICATE_VERIFY = 15;

    private final DatagramTransport network;
    private boolean verified;

    DtlsOrder(DatagramTransport network) {
        this.network = network;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        int received = network.receive(buffer, offset, length, waitMillis);
        return verified || received < 0
                ? received
                : admitted(ByteBuffer.wrap(buffer, offset, received).slice());
    }

    /** How much of a datagram comes in order: what stands before a change that is too early. */
    private int admitted(ByteBuffer datagram) {
        int at = 0;
        while (!verified && datagram.limit() - at >= RECORD_HEADER) {
            int type = datagram.get(at);
            int end = at + RECORD_HEADER + datagram.getChar(at + RECORD_LENGTH);
            if (datagram.getChar(at + EPOCH) == 0) {
                if (type == CHANGE_CIPHER_SPEC) {
                    return at;
                }
                verified = type == HANDSHAKE && endsVerify(datagram, at + RECORD_HEADER, end);
            }
            at = end;
        }
        return datagram.limit();
    }

    /** Whether a record holds the last piece of a CertificateVerify. */
    private static boolean endsVerify(ByteBuffer datagram, int from, int end) {
        int at = from;
        while (at + MESSAGE_HEADER <= Math.min(end, datagram.limit())) {
            int length = datagram.getInt(at) & 0xff_ffff;
            int offset = datagram.getInt(at + 5) & 0xff_ffff;
            int size = datagram.getInt(at + 8) & 0xff_ffff;
            if (datagram.get(at) == CERTIFICATE_VERIFY && offset + size == length) {
                return true;
            }
            at += MESSAGE_HEADER + size;
        }
        return false;
    }

    @Override
    public int getReceiveLimit() throws IOException {
        return network.getReceiveLimit();
    }

    @Override
    public int getSendLimit() throws IOException {
        return network.getSendLimit();
    }

    @Override
    public void send(byte[] buffer, int offset, int length) throws IOException {
        network.send(buffer, offset, length);
    }

    @Override
    public void close() throws IOException {
        network.close();
    }
}
