package dev.antiphon.transport.webrtc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on plain sockets that does, byte for byte, what a test says; each connection on a thread of
 * its own. Closing it ends them all.
 */
final class RawServer implements AutoCloseable {
    /** What happens on one connection; an exception from it ends the connection. */
    interface Script {
        void run(Peer peer) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    RawServer(Script script) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        spawn(this::accept);
    }

    String baseUrl() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
    }

    /** Request lines of all connections so far, in order of arrival. */
    List<String> requests() {
        return peers.stream().map(peer -> peer.requestLine).toList();
    }

    private void accept() {
        try {
            while (true) {
                Peer peer = new Peer(listener.accept());
                peers.add(peer);
                spawn(() -> serve(peer));
            }
        } catch (IOException closed) {
            // The listener was closed: no more connections.
        }
    }

    private void serve(Peer peer) {
        try (peer) {
            script.run(peer);
        } catch (IOException | InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void spawn(Runnable work) {
        Thread thread = new Thread(work, "raw-server");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Peer peer : peers) {
            peer.close();
        }
        threads.forEach(Thread::interrupt);
    }

    /** One connection from the server's side. */
    static final class Peer implements Closeable {
        private final Socket socket;
        private volatile String requestLine = "";

        private Peer(Socket socket) {
            this.socket = socket;
        }

        /** Reads the head of a request, and its length. */
        int readHead() throws IOException {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("no whole request head");
                }
                head.append((char) next);
            }
            requestLine = head.substring(0, head.indexOf("\r\n"));
            return head.toString()
                    .lines()
                    .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).trim()))
                    .findFirst()
                    .orElse(0);
        }

        void readBody(int bytes) throws IOException {
            socket.getInputStream().readNBytes(bytes);
        }

        void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Writes a byte at a time, without end. */
        void trickle(char each, long everyMillis) throws IOException, InterruptedException {
            while (true) {
                write(String.valueOf(each));
                Thread.sleep(everyMillis);
            }
        }

        /** Ends with RST. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        /** Reads until the other side ends the connection. */
        void awaitEnd() throws IOException {
            socket.getInputStream().readAllBytes();
        }
    }
}
