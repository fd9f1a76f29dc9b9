package dev.antiphon.transport.webrtc;

import dev.antiphon.testkit.simulator.tls.CertificateAuthority;
import dev.antiphon.testkit.simulator.tls.ServerIdentity;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A haproxy of ours with TLS in front of one port: a plain entrance, one that asks for a second of
 * patience before each path it has not seen, and two that send joins or creations elsewhere.
 */
final class Haproxy implements AutoCloseable {
    private final CertificateAuthority authority = CertificateAuthority.create();
    private final Path directory;
    private final int server = freePort();
    private final int plain = freePort();
    private final int throttled = freePort();
    private final int joinsRedirected = freePort();
    private final int callsRedirected = freePort();
    private final ServerSocket canary = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final Process master;

    Haproxy(String executable) throws IOException {
        directory = Files.createTempDirectory("haproxy");
        Files.writeString(directory.resolve("ca.pem"), authority.pem());
        Files.writeString(directory.resolve("site.pem"), pem(authority.issueForLoopback()));
        Path settings = Files.writeString(directory.resolve("haproxy.cfg"), settings());
        File log = directory.resolve("haproxy.log").toFile();
        master = new ProcessBuilder(executable, "-W", "-f", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        SidebandFixture.until("haproxy answers on its admin socket", () -> {
            if (!master.isAlive()) {
                throw new AssertionError("haproxy ended: " + read(log.toPath()));
            }
            return answersAdmin();
        });
    }

    private String settings() {
        return """
                global
                  stats socket %1$s mode 600 level admin
                  hard-stop-after 300ms
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 10s
                  timeout server 10s
                  timeout tunnel 1m
                  timeout http-request 5s
                frontend plain
                  bind 127.0.0.1:%2$d ssl crt %3$s
                  default_backend simulator
                frontend throttled
                  bind 127.0.0.1:%4$d ssl crt %3$s
                  stick-table type string len 64 size 1k expire 1m store http_req_cnt
                  http-request track-sc0 path
                  http-request return status 429 hdr Retry-After 1 if { sc_http_req_cnt(0) le 1 }
                  default_backend simulator
                frontend joins_redirected
                  bind 127.0.0.1:%5$d ssl crt %3$s
                  http-request redirect prefix https://127.0.0.1:%6$d code 307 if { path /v1/realtime }
                  default_backend simulator
                frontend calls_redirected
                  bind 127.0.0.1:%7$d ssl crt %3$s
                  http-request redirect prefix https://127.0.0.1:%6$d code 307
                backend simulator
                  server one 127.0.0.1:%8$d
                """.formatted(
                        adminSocket(),
                        plain,
                        directory.resolve("site.pem"),
                        throttled,
                        joinsRedirected,
                        canary.getLocalPort(),
                        callsRedirected,
                        server);
    }

    /** Where the server behind it has to listen. */
    int serverPort() {
        return server;
    }

    /** Certificate authority of all entrances. */
    Path authority() {
        return directory.resolve("ca.pem");
    }

    String plainUrl() {
        return url(plain);
    }

    /** Every path is answered with 429 and {@code Retry-After: 1} the first time. */
    String throttledUrl() {
        return url(throttled);
    }

    /** Joins are redirected to the canary, everything else gets through. */
    String joinsRedirectedUrl() {
        return url(joinsRedirected);
    }

    /** Everything is redirected to the canary. */
    String callsRedirectedUrl() {
        return url(callsRedirected);
    }

    /** Whether anybody followed a redirect. */
    boolean canaryWasTouched() throws IOException {
        canary.setSoTimeout(200);
        try {
            canary.accept().close();
            return true;
        } catch (java.net.SocketTimeoutException nobody) {
            return false;
        }
    }

    /** A new worker takes over; the old one cuts what it still carries after 300 ms. */
    void reload() throws IOException {
        run("kill", "-USR2", Long.toString(master.pid()));
    }

    /** Cuts all connections that it carries. */
    void killSessions() throws IOException {
        admin("shutdown sessions server simulator/one");
    }

    private boolean answersAdmin() {
        try {
            return admin("show info").contains("Version:");
        } catch (IOException notYet) {
            return false;
        }
    }

    private String admin(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(adminSocket()));
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
            while (channel.read(answer) >= 0 && answer.hasRemaining()) {
                // Until haproxy has said everything.
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }

    private Path adminSocket() {
        return directory.resolve("admin.sock");
    }

    private static void run(String... command) throws IOException {
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String url(int port) {
        return "https://127.0.0.1:" + port + "/v1";
    }

    private static String pem(ServerIdentity identity) {
        StringBuilder text = new StringBuilder();
        identity.chain().forEach(certificate -> {
            try {
                block(text, "CERTIFICATE", certificate.getEncoded());
            } catch (java.security.cert.CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        });
        block(text, "PRIVATE KEY", identity.key().getEncoded());
        return text.toString();
    }

    private static void block(StringBuilder text, String kind, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        text.append("-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, base64));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        canary.close();
        master.destroy();
        try {
            if (!master.waitFor(5, TimeUnit.SECONDS)) {
                master.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (String file : new String[] {"ca.pem", "site.pem", "haproxy.cfg", "haproxy.log", "admin.sock"}) {
            Files.deleteIfExists(directory.resolve(file));
        }
        Files.deleteIfExists(directory);
    }
}
