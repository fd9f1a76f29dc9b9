package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.antiphon.testkit.simulator.MediaLeg;
import dev.antiphon.testkit.simulator.SessionDescription;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Packets that nobody decent sends. The seed is fixed: a failure can be repeated. */
class HostilePacketsTest {
    private static final int ROUNDS = 20_000;

    private final SplittableRandom random = new SplittableRandom(20261120);

    /** Noise, or something genuine with bits flipped, cut off or appended. */
    private byte[] hostile(List<byte[]> genuine) {
        byte[] bytes = genuine.get(random.nextInt(genuine.size())).clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
            }
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(40));
            default -> {
                for (int i = random.nextInt(5); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
        }
        return bytes;
    }

    private static byte[] check(String user, String password) {
        return StunMessage.write(
                StunMessage.BINDING_REQUEST,
                new byte[12],
                Map.of(StunMessage.USERNAME, user.getBytes(StandardCharsets.UTF_8)),
                password);
    }

    @Test
    void readers_refuse_and_never_throw() {
        byte[] rtp = new RtpPacket(111, true, 7, 7, 7, new byte[30]).write();
        byte[] rtcp = RtcpPacket.senderReport(7, Instant.EPOCH, 0, 0, 0, Optional.empty());
        List<byte[]> genuine = List.of(check("a:b", "secret"), rtp, rtcp);
        SrtpTransform transform = SrtpTransform.of(SrtpProfile.AES128_CM_HMAC_SHA1_80, new byte[16], new byte[14]);
        SrtpReceiver receiver = new SrtpReceiver(transform);

        for (int i = 0; i < ROUNDS; i++) {
            byte[] packet = hostile(genuine);
            assertThatCode(() -> {
                        StunMessage.parse(packet).ifPresent(message -> {
                            message.mappedAddress();
                            assertThat(message.isAuthentic("other")).isFalse();
                        });
                        RtpPacket.parse(packet);
                        RtcpPacket.reports(packet);
                        if (RtpPacket.claims(packet)) {
                            assertThat(RtcpPacket.claims(packet) ? receiver.rtcp(packet) : receiver.rtp(packet))
                                    .isEmpty();
                        }
                    })
                    .as("packet %s", Arrays.toString(packet))
                    .doesNotThrowAnyException();
        }
    }

    /** DTLS keeps strangers out, but the caller himself may be hostile: checksums are right here. */
    @Test
    void association_survives_any_chunk_from_its_peer() {
        List<byte[]> sent = new ArrayList<>();
        DataChannels channels = new DataChannels(5000, 5000, sent::add, new Quiet());
        byte[] init = ByteBuffer.allocate(16)
                .putInt(9)
                .putInt(65_536)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(1)
                .array();
        byte[] first = SctpChunk.write(5000, 5000, 0, List.of(new SctpChunk(SctpChunk.INIT, 0, init)));
        channels.receive(first, first.length, 1);
        byte[] answer = sent.get(0);
        int tag = SctpChunk.parse(answer, answer.length)
                .orElseThrow()
                .chunks()
                .get(0)
                .in()
                .getInt();

        for (int i = 0; i < ROUNDS; i++) {
            byte[] value = hostile(List.of(init, new byte[40]));
            int type = random.nextInt(8) == 0 ? SctpChunk.RE_CONFIG : random.nextInt(16);
            SctpChunk chunk = new SctpChunk(type == SctpChunk.ABORT ? 0 : type, random.nextInt(4), value);
            byte[] packet = SctpChunk.write(5000, 5000, tag, List.of(chunk));
            channels.receive(packet, packet.length, i * 1_000_000L);
            channels.tick(i * 1_000_000L);
        }
    }

    private static final class Quiet implements DataChannels.Listener {
        @Override
        public void onReady() {}

        @Override
        public void onOpened(int stream, String label) {}

        @Override
        public void onText(int stream, String message) {}

        @Override
        public void onBinary(int stream, byte[] message) {}

        @Override
        public void onClosed(int stream) {}

        @Override
        public void onEnded(String reason) {}
    }

    @Test
    void peer_serves_its_calls_under_a_hail_of_packets() throws Exception {
        try (WebRtcPeer peer = WebRtcPeer.builder()
                        .loopbackOnly()
                        .threads(1)
                        .withoutWarmUp()
                        .start();
                DatagramSocket attacker = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Ear service = new Ear();
            Ear ear = new Ear();
            MediaCaller caller = peer.call(ear);
            MediaLeg leg = peer.answer(caller.offer(), service);
            InetSocketAddress target = address(leg.answer());
            String ufrag = SessionDescription.parse(leg.answer())
                    .first("audio")
                    .orElseThrow()
                    .attribute("ice-ufrag")
                    .orElseThrow();
            List<byte[]> genuine = List.of(
                    check(ufrag + ":x", "not the password"),
                    new RtpPacket(111, true, 7, 7, 7, new byte[30]).write(),
                    Hex.bytes("16fefd0000000000000000000401000000"));
            caller.accept(leg.answer());

            for (int i = 0; i < 5_000; i++) {
                byte[] packet = hostile(genuine);
                attacker.send(new DatagramPacket(packet, packet.length, target));
            }

            ear.awaitChannel();
            caller.send("from the caller");
            assertThat(service.awaitText("from")).isEqualTo("from the caller");
            assertThat(leg.figures().refused()).isPositive();
            caller.close();
        }
    }

    private static InetSocketAddress address(String answer) {
        String[] words = answer.lines()
                .filter(line -> line.startsWith("a=candidate:"))
                .findFirst()
                .orElseThrow()
                .split(" ", -1);
        return new InetSocketAddress(words[4], Integer.parseInt(words[5]));
    }
}
