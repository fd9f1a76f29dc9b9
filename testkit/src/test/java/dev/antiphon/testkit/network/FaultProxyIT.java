package dev.antiphon.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyIT {
    private static final int SHORT_MILLIS = 200;
    private static final int SOON_MILLIS = 10_000;

    private ServerSocket listening;
    private FaultProxy network;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(SOON_MILLIS);
        network = FaultProxy.to(listening.getLocalPort());
        open();
    }

    private void open() throws IOException {
        client = new Socket(InetAddress.getLoopbackAddress(), network.port());
        client.setSoTimeout(SOON_MILLIS);
        server = listening.accept();
        server.setSoTimeout(SOON_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        network.close();
        listening.close();
    }

    @Test
    void bytes_pass_unchanged_both_ways() throws Exception {
        send(client, "question");
        assertThat(read(server, 8)).isEqualTo("question");
        send(server, "answer");
        assertThat(read(client, 6)).isEqualTo("answer");

        assertThat(network.accepted()).isEqualTo(1);
        assertThat(network.bytesToServer()).isEqualTo(8);
        assertThat(network.bytesToClient()).isEqualTo(6);
    }

    @Test
    void a_megabyte_in_slices_arrives_whole_and_in_order() throws Exception {
        byte[] sent = new byte[1 << 20];
        new Random(7).nextBytes(sent);
        network.towardsServer(Link.clear().sliced(100));
        Thread sender = new Thread(() -> {
            try {
                client.getOutputStream().write(sent);
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        sender.start();

        assertThat(server.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
        sender.join();
    }

    @Test
    void what_is_delayed_comes_late_and_in_order() throws Exception {
        network.bothWays(Link.clear()
                .delayed(Duration.ofMillis(100), Duration.ofMillis(100))
                .losing(0.5));

        long begun = System.nanoTime();
        for (int each = 0; each < 10; each++) {
            send(client, "<" + each + ">");
        }

        assertThat(read(server, 30)).isEqualTo("<0><1><2><3><4><5><6><7><8><9>");
        assertThat(System.nanoTime() - begun).isGreaterThan(1_000_000);
    }

    @Test
    void a_limited_link_holds_the_sender_back() throws Exception {
        network.towardsServer(Link.clear().limited(1_000));
        client.getOutputStream().write(new byte[1_500]);

        long begun = System.nanoTime();
        server.getInputStream().readNBytes(1_500);

        // The last piece of at most 512 bytes is free.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(500));
    }

    @Test
    void the_cut_comes_behind_exactly_so_many_bytes_and_both_ends_see_a_reset() throws Exception {
        network.towardsClient(Link.clear().cutAfter(5));
        send(server, "too long");

        assertThatThrownBy(() -> read(client, 6)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> read(server, 1)).isInstanceOf(SocketException.class);
        assertThat(network.bytesToClient()).isEqualTo(5);
    }

    @Test
    void while_frozen_nothing_passes_not_even_an_end_and_later_all_of_it_does() throws Exception {
        send(client, "a");
        assertThat(read(server, 1)).isEqualTo("a");

        network.freeze();
        send(client, "b");
        client.shutdownOutput();
        server.setSoTimeout(SHORT_MILLIS);
        assertThatThrownBy(() -> read(server, 1)).isInstanceOf(SocketTimeoutException.class);
        server.setSoTimeout(SOON_MILLIS);

        network.thaw();
        assertThat(read(server, 1)).isEqualTo("b");
        assertThat(server.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void one_direction_may_end_before_the_other() throws Exception {
        client.shutdownOutput();
        assertThat(server.getInputStream().read()).isEqualTo(-1);

        send(server, "still here");
        assertThat(read(client, 10)).isEqualTo("still here");
        server.close();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void a_reset_of_one_end_is_a_reset_of_the_other() throws Exception {
        send(client, "a");
        read(server, 1);
        server.setSoLinger(true, 0);
        server.close();

        assertThatThrownBy(() -> read(client, 1)).isInstanceOf(SocketException.class);
    }

    @Test
    void reset_ends_what_is_open_and_new_connections_work() throws Exception {
        network.reset();

        assertThatThrownBy(() -> read(client, 1)).isInstanceOf(SocketException.class);
        server.close();
        open();
        send(client, "again");
        assertThat(read(server, 5)).isEqualTo("again");
    }

    @Test
    void without_a_server_the_client_sees_a_reset() throws Exception {
        listening.close();
        try (Socket late = new Socket(InetAddress.getLoopbackAddress(), network.port())) {
            late.setSoTimeout(SOON_MILLIS);
            assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void urls_lead_through_it() {
        URI through = network.through(URI.create("http://127.0.0.1:1/v1?a=b"));

        assertThat(through).isEqualTo(URI.create("http://127.0.0.1:" + network.port() + "/v1?a=b"));
    }

    @Test
    void impossible_links_are_refused() {
        assertThatThrownBy(() -> Link.clear().delayed(Duration.ofMillis(1), Duration.ofMillis(2)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Link.clear().sliced(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Link.clear().losing(1.5)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void send(Socket from, String text) throws IOException {
        from.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket at, int bytes) throws IOException {
        InputStream in = at.getInputStream();
        return new String(in.readNBytes(bytes), StandardCharsets.US_ASCII);
    }
}
