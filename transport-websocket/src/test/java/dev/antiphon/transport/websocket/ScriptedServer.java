package dev.antiphon.transport.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on plain Java sockets that does, byte for byte, what a test says. Each connection runs the
 * script on a thread of its own; closing the server ends them all.
 */
final class ScriptedServer implements AutoCloseable {
    /** What happens on one connection. */
    interface Script {
        void run(Peer peer) throws Exception;
    }

    private final ServerSocket listener;
    private final Script script;
    private final String scheme;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    private ScriptedServer(ServerSocket listener, String scheme, Script script) {
        this.listener = listener;
        this.scheme = scheme;
        this.script = script;
        spawn(this::accept);
    }

    static ScriptedServer start(Script script) throws IOException {
        return new ScriptedServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), "ws", script);
    }

    static ScriptedServer over(ServerSocket listener, Script script) {
        return new ScriptedServer(listener, "wss", script);
    }

    /** Base URL that every dialect and test can use. */
    String url() {
        return scheme + "://127.0.0.1:" + port() + "/v1";
    }

    URI socketUrl() {
        return URI.create(url() + "/realtime?model=m");
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many connections came. */
    int accepted() {
        return accepted.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            sockets.add(socket);
            accepted.incrementAndGet();
            spawn(() -> {
                try (socket) {
                    script.run(new Peer(socket));
                }
            });
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void spawn(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception | AssertionError ended) {
                        if (!listener.isClosed()) {
                            failures.add(ended);
                        }
                    }
                },
                "scripted-server");
        threads.add(thread);
        thread.start();
    }

    /** Fails if a script failed while the server was open; a broken connection counts. */
    void assertNoScriptFailed() {
        Throwable first = failures.peek();
        if (first != null) {
            throw new AssertionError("the server's script failed", first);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        try {
            for (Thread thread : threads) {
                thread.interrupt();
                thread.join(5_000);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (threads.stream().anyMatch(Thread::isAlive)) {
            throw new AssertionError("a script of the server does not end");
        }
    }

    /** The server's end of one connection. */
    static final class Peer {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        }

        /** The request line and headers, without the empty line. */
        String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) readByte());
            }
            return head.substring(0, head.length() - 4);
        }

        static String header(String head, String name) {
            for (String line : head.lines().toList()) {
                if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    return line.substring(name.length() + 1).strip();
                }
            }
            return "";
        }

        byte[] readBytes(int count) throws IOException {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new IOException("ended after " + bytes.length + " of " + count + " bytes");
            }
            return bytes;
        }

        private int readByte() throws IOException {
            int value = in.read();
            if (value < 0) {
                throw new IOException("ended");
            }
            return value;
        }

        void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.UTF_8));
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** Accepts the upgrade; returns its head. */
        String upgrade() throws IOException {
            String head = readHead();
            send(acceptanceOf(head));
            return head;
        }

        static String acceptanceOf(String head) {
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + acceptFor(header(head, "Sec-WebSocket-Key")) + "\r\n\r\n";
        }

        private static String acceptFor(String key) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-1")
                        .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
                return Base64.getEncoder().encodeToString(digest);
            } catch (java.security.NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /** The next frame of the client, unmasked. */
        Frame readFrame() throws IOException {
            int first = readByte();
            int second = readByte();
            long length = second & 0x7f;
            if (length >= 126) {
                int more = length == 126 ? 2 : 8;
                length = 0;
                for (int each = 0; each < more; each++) {
                    length = (length << 8) | readByte();
                }
            }
            if ((second & 0x80) == 0) {
                throw new AssertionError("a client's frame must be masked");
            }
            byte[] key = readBytes(4);
            byte[] payload = readBytes((int) length);
            for (int at = 0; at < payload.length; at++) {
                payload[at] ^= key[at % 4];
            }
            return new Frame(first & 0x0f, payload);
        }

        /** Reads whatever comes until the client ends the connection. */
        void readToEnd() throws IOException {
            List<byte[]> ignored = new ArrayList<>();
            byte[] buffer = new byte[8192];
            while (in.read(buffer) >= 0) {
                ignored.clear();
            }
        }

        /** Answers the client's close frame with the same one and ends TCP. */
        void closeHandshake(Frame close) throws IOException {
            send(ServerFrames.frame(true, ServerFrames.CLOSE, close.payload()));
        }

        /** Ends the connection with a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Passes bytes both ways to a port of this machine until either side ends. */
        void tunnelTo(int port) throws IOException {
            try (Socket far = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Thread back = new Thread(() -> pass(far, socket), "scripted-tunnel");
                back.start();
                pass(socket, far);
                back.join(5_000);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        }

        private static void pass(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
                to.shutdownOutput();
            } catch (IOException ended) {
                // One side is gone; the other is told by its own end.
            }
        }

        /** Stays silent until the server is closed. */
        void hang() {
            try {
                TimeUnit.HOURS.sleep(1);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        }

        Socket socket() {
            return socket;
        }
    }

    /** One frame of the client. */
    static final class Frame {
        private final int opcode;
        private final byte[] payload;

        Frame(int opcode, byte[] payload) {
            this.opcode = opcode;
            this.payload = payload;
        }

        int opcode() {
            return opcode;
        }

        byte[] payload() {
            return payload;
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return payload.length < 2 ? 1005 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        }

        String closeReason() {
            return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }
}
