package dev.antiphon.testkit.simulator;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that writes bytes, for requests and frames that no decent library would send. */
final class RawClient implements AutoCloseable {
    /** A frame as it came. */
    record Frame(int opcode, String payload) {
        int closeCode() {
            return payload.length() < 2 ? 1005 : payload.charAt(0) << 8 | payload.charAt(1);
        }
    }

    private final Socket socket;
    private final DataInputStream in;

    RawClient(RealtimeSimulator simulator) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
        socket.setSoTimeout((int) TestSocket.SOON.toMillis());
        in = new DataInputStream(socket.getInputStream());
    }

    /** A client whose handshake is done. */
    static RawClient upgraded(RealtimeSimulator simulator) throws IOException {
        RawClient client = new RawClient(simulator);
        client.write(handshake("/v1/realtime?model=m", "Authorization: Bearer k\r\n"));
        String head = client.readHead();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("not upgraded: " + head);
        }
        return client;
    }

    static String handshake(String target, String moreHeaders) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + moreHeaders + "\r\n";
    }

    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Writes a masked frame; {@code head} is the first byte: FIN, RSV and opcode. */
    void frame(int head, byte[] payload) throws IOException {
        write(masked(head, payload));
    }

    static byte[] masked(int head, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(head);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int i = 7; i >= 0; i--) {
                frame.write((int) ((long) payload.length >> (8 * i)));
            }
        }
        byte[] mask = {1, 2, 3, 4};
        frame.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ mask[i % 4]);
        }
        return frame.toByteArray();
    }

    void text(String json) throws IOException {
        frame(0x81, json.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads up to the empty line of an HTTP head. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** Reads a frame; its payload one character per byte. */
    Frame readFrame() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return new Frame(opcode, new String(payload, StandardCharsets.ISO_8859_1));
    }

    /** Bytes that have arrived and were not read. */
    int available() throws IOException {
        return in.available();
    }

    byte[] readBytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        in.readFully(bytes);
        return bytes;
    }

    /** Reads to the next close frame. */
    Frame readClose() throws IOException {
        Frame frame = readFrame();
        while (frame.opcode() != 8) {
            frame = readFrame();
        }
        return frame;
    }

    /** Reads to the end: true for FIN, false for RST. */
    boolean endsCleanly() throws IOException {
        return endsCleanlyAfter("");
    }

    /** Writes, then reads to the end: true for FIN, false for RST, which may come as early as the write. */
    boolean endsCleanlyAfter(String text) throws IOException {
        try {
            write(text);
            while (in.read() >= 0) {
                // Whatever still comes is of no interest.
            }
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
