package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.bouncycastle.tls.DTLSTransport;
import org.junit.jupiter.api.Test;

/** Two ends that shake hands through two inboxes. */
class DtlsHandshakeTest {
    private static final Identity CLIENT = Identity.create();
    private static final Identity SERVER = Identity.create();

    /** What becomes of a datagram on its way; nothing if it is lost. */
    private volatile UnaryOperator<Optional<byte[]>> network = UnaryOperator.identity();

    private final DtlsInbox toServer = new DtlsInbox(datagram -> carry(datagram, true));
    private final DtlsInbox toClient = new DtlsInbox(datagram -> carry(datagram, false));

    private void carry(byte[] datagram, boolean fromServer) {
        network.apply(Optional.of(datagram)).ifPresent(fromServer ? toClient::add : toServer::add);
    }

    private record Pair(DtlsHandshake.Result client, DtlsHandshake.Result server) {}

    private Pair shake(List<Fingerprint> ofServer, List<Fingerprint> ofClient) {
        CompletableFuture<DtlsHandshake.Result> client = start(() -> DtlsHandshake.connect(CLIENT, ofServer, toClient));
        CompletableFuture<DtlsHandshake.Result> server = start(() -> DtlsHandshake.accept(SERVER, ofClient, toServer));
        // The server may have to repeat its last words, which happens when it looks for more.
        CompletableFuture<Void> listening = server.thenAcceptAsync(result -> {
            byte[] nothing = new byte[2_048];
            while (!client.isDone()) {
                try {
                    assertThat(result.transport().receive(nothing, 0, nothing.length, 20))
                            .isNegative();
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            }
        });
        Pair pair = new Pair(client.join(), server.join());
        listening.join();
        return pair;
    }

    private interface Handshake {
        DtlsHandshake.Result perform() throws IOException;
    }

    private static CompletableFuture<DtlsHandshake.Result> start(Handshake handshake) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return handshake.perform();
                            } catch (IOException e) {
                                throw new CompletionException(e);
                            }
                        },
                        work -> new Thread(work, "dtls-test").start())
                .orTimeout(30, TimeUnit.SECONDS);
    }

    private Pair shake() {
        Pair pair = shake(List.of(SERVER.fingerprint()), List.of(CLIENT.fingerprint()));
        toServer.stopWaiting();
        toClient.stopWaiting();
        return pair;
    }

    /** What comes within a second and can be read, or nothing. */
    private static String receive(DTLSTransport transport) throws IOException {
        byte[] buffer = new byte[2_048];
        int length = transport.receive(buffer, 0, buffer.length, 1_000);
        return length < 0 ? "" : new String(buffer, 0, length, StandardCharsets.UTF_8);
    }

    private static void send(DTLSTransport transport, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        transport.send(bytes, 0, bytes.length);
    }

    @Test
    void both_ends_have_the_same_keys_and_the_better_profile() {
        Pair pair = shake();
        byte[] packet = new RtpPacket(111, false, 1, 1, 1, new byte[10]).write();

        assertThat(pair.client.profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
        assertThat(new SrtpReceiver(pair.server.incoming()).rtp(new SrtpSender(pair.client.outgoing()).rtp(packet)))
                .isPresent();
        assertThat(new SrtpReceiver(pair.client.incoming()).rtp(new SrtpSender(pair.server.outgoing()).rtp(packet)))
                .isPresent();
    }

    @Test
    void handshake_survives_losses() {
        int[] count = {0};
        network = datagram -> {
            synchronized (count) {
                return ++count[0] % 4 == 0 ? Optional.empty() : datagram;
            }
        };

        assertThat(shake().server.profile()).isNotNull();
    }

    @Test
    void handshake_survives_the_loss_of_a_certificate_verify() {
        AtomicInteger seen = new AtomicInteger();
        network = datagram -> datagram.map(bytes -> withoutVerify(bytes, () -> seen.getAndIncrement() == 0));

        assertThat(shake().server.profile()).isNotNull();
        assertThat(seen).hasValueGreaterThan(1);
    }

    /** What is left of a datagram whose CertificateVerify is lost, which is a record of its own, in the clear. */
    private static byte[] withoutVerify(byte[] datagram, BooleanSupplier isLost) {
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        for (byte[] each : records(datagram)) {
            boolean isVerify = each[0] == 22 && each[4] == 0 && each[13] == 15;
            if (!isVerify || !isLost.getAsBoolean()) {
                left.writeBytes(each);
            }
        }
        return left.toByteArray();
    }

    private static List<byte[]> records(byte[] datagram) {
        List<byte[]> records = new ArrayList<>();
        int at = 0;
        while (at < datagram.length) {
            int end = at + 13 + ByteBuffer.wrap(datagram).getChar(at + 11);
            records.add(Arrays.copyOfRange(datagram, at, end));
            at = end;
        }
        return records;
    }

    @Test
    void records_of_a_flight_share_a_datagram() {
        List<String> sent = new CopyOnWriteArrayList<>();
        network = datagram -> {
            datagram.ifPresent(bytes -> sent.add(
                    records(bytes).stream().map(each -> Byte.toString(each[0])).collect(Collectors.joining(" "))));
            return datagram;
        };

        shake();

        // Certificate, key exchange, verification, change of cipher, end; then what the server says to that.
        assertThat(sent).contains("22 22 22 20 22", "20 22");
    }

    @Test
    void engine_says_at_once_when_nothing_has_come() {
        Pair pair = shake();

        assertThatThrownBy(() -> receive(pair.client.transport())).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void forged_record_is_passed_over() throws IOException {
        Pair pair = shake();
        network = datagram -> datagram.map(bytes -> {
            byte[] changed = bytes.clone();
            changed[changed.length - 1] ^= 1;
            return changed;
        });
        send(pair.client.transport(), "forged");
        network = UnaryOperator.identity();
        send(pair.client.transport(), "genuine");

        assertThat(receive(pair.server.transport())).isEqualTo("genuine");
    }

    @Test
    void end_of_one_side_closes_the_other() throws IOException {
        Pair pair = shake();

        pair.client.transport().close();

        assertThatThrownBy(() -> receive(pair.server.transport())).isInstanceOf(IOException.class);
        assertThat(toServer.isClosed()).isTrue();
    }

    @Test
    void server_with_another_certificate_than_announced_is_refused() {
        List<Fingerprint> other = List.of(Identity.create().fingerprint());

        assertThatThrownBy(() -> shake(other, List.of(CLIENT.fingerprint()))).hasMessageContaining("bad_certificate");
    }

    @Test
    void client_with_another_certificate_than_announced_is_refused() {
        List<Fingerprint> other = List.of(Identity.create().fingerprint());

        assertThatThrownBy(() -> shake(List.of(SERVER.fingerprint()), other)).hasMessageContaining("bad_certificate");
    }

    @Test
    void closed_inbox_ends_a_handshake_that_waits() {
        CompletableFuture<DtlsHandshake.Result> client =
                start(() -> DtlsHandshake.connect(CLIENT, List.of(SERVER.fingerprint()), toClient));

        toClient.close();

        assertThatThrownBy(client::join).hasMessageContaining("closed");
    }
}
