package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends with a network between them that loses, repeats and reorders on demand, in virtual time. */
class SctpTest {
    private static final long STEP = 20_000_000;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Flying(End target, byte[] packet) {}

    private final class End implements DataChannels.Listener {
        private final DataChannels channels =
                new DataChannels(5000, 5000, packet -> network.add(new Flying(peer(), packet)), this);
        private final List<String> log = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();

        private End peer() {
            return this == left ? right : left;
        }

        @Override
        public void onReady() {
            log.add("ready");
        }

        @Override
        public void onOpened(int stream, String label) {
            log.add("opened " + stream + " " + label);
        }

        @Override
        public void onText(int stream, String message) {
            texts.add(message);
        }

        @Override
        public void onBinary(int stream, byte[] message) {
            log.add("binary " + stream + " " + message.length);
        }

        @Override
        public void onClosed(int stream) {
            log.add("closed " + stream);
        }

        @Override
        public void onEnded(String reason) {
            log.add("ended: " + reason);
        }
    }

    private final ArrayDeque<Flying> network = new ArrayDeque<>();
    private final SplittableRandom chance = new SplittableRandom(4711);
    private double loss;
    private boolean disorder;
    private long now = 1;
    private final End left = new End();
    private final End right = new End();

    private void connect() {
        left.channels.association().connect(now);
        run(10);
    }

    /** Delivers what flies and lets time pass, so many times. */
    private void run(int steps) {
        for (int i = 0; i < steps; i++) {
            List<Flying> batch = new ArrayList<>(network);
            network.clear();
            if (disorder) {
                for (int k = batch.size() - 1; k > 0; k--) {
                    batch.set(k, batch.set(chance.nextInt(k + 1), batch.get(k)));
                }
            }
            for (Flying flying : batch) {
                if (chance.nextDouble() >= loss) {
                    flying.target.channels.receive(flying.packet, flying.packet.length, now);
                }
            }
            now += STEP;
            left.channels.tick(now);
            right.channels.tick(now);
        }
    }

    private void open() {
        connect();
        left.channels.open(0, "oai-events", now);
        run(5);
    }

    @Test
    void channel_opens_at_both_ends() {
        open();

        assertThat(left.log).containsExactly("ready", "opened 0 oai-events");
        assertThat(right.log).containsExactly("ready", "opened 0 oai-events");
    }

    @Test
    void both_ends_may_begin() {
        left.channels.association().connect(now);
        right.channels.association().connect(now);
        run(10);

        assertThat(left.log).containsExactly("ready");
        assertThat(right.log).containsExactly("ready");
    }

    @Test
    void lost_handshake_is_repeated_and_given_up_at_last() {
        loss = 1;
        left.channels.association().connect(now);
        run(100);
        loss = 0;
        run(40);
        assertThat(left.log).containsExactly("ready");

        End alone = new End();
        loss = 1;
        alone.channels.association().connect(now);
        for (int i = 0; i < 1_200; i++) {
            now += STEP;
            alone.channels.tick(now);
        }

        assertThat(alone.log).containsExactly("ended: the data channel was not answered");
    }

    @Test
    void texts_arrive_whole_and_in_order_both_ways() {
        open();
        String large = "ä€𝄞".repeat(20_000);

        left.channels.send(0, "first", now);
        left.channels.send(0, large, now);
        left.channels.send(0, "", now);
        right.channels.send(0, "back", now);
        run(300);

        assertThat(right.texts).containsExactly("first", large, "");
        assertThat(left.texts).containsExactly("back");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2, 0.3})
    void texts_arrive_whole_and_in_order_over_a_bad_network(double share) {
        open();
        loss = share;
        disorder = true;
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sent.add(i + "-".repeat(chance.nextInt(6_000)));
            left.channels.send(0, sent.get(i), now);
        }
        for (int i = 0; i < 1_000 && right.texts.size() < sent.size(); i++) {
            run(100);
        }

        assertThat(left.log).containsExactly("ready", "opened 0 oai-events");
        assertThat(right.texts).isEqualTo(sent);
        assertThat(left.channels.association().repeated()).isPositive();
    }

    @Test
    void closing_a_channel_closes_it_at_both_ends_and_its_number_can_be_used_again() {
        open();
        left.channels.send(0, "one", now);
        run(5);

        left.channels.close(0, now);
        run(10);
        left.channels.open(0, "again", now);
        left.channels.send(0, "two", now);
        run(10);

        assertThat(right.log).containsExactly("ready", "opened 0 oai-events", "closed 0", "opened 0 again");
        assertThat(right.texts).containsExactly("one", "two");
    }

    @Test
    void abort_ends_the_other_end_at_once() {
        open();

        left.channels.association().abort();
        run(2);

        assertThat(right.log).contains("ended: the caller aborted the data channel");
    }

    @Test
    void peer_that_acknowledges_nothing_is_given_up() {
        open();
        loss = 1;
        left.channels.send(0, "anybody there?", now);
        run(3_000);

        assertThat(left.log).contains("ended: the caller no longer acknowledges what is sent on the data channel");
    }

    @Test
    void message_beyond_the_limit_ends_the_association() {
        open();
        for (int i = 0; i < 2; i++) {
            left.channels.association().send(0, 51, new byte[SctpOutbound.MAX_WAITING / 2 + 1], now);
        }
        byte[] half = new byte[SctpOutbound.MAX_WAITING / 2];
        assertThat(left.channels.association().send(0, 51, half, now)).isFalse();

        SctpInbound inbound = new SctpInbound(1, (stream, protocol, message) -> {});
        Optional<SctpInbound.TooMuchException> refused = Optional.empty();
        byte[] piece = new byte[60_000];
        for (int tsn = 1; tsn < 400 && refused.isEmpty(); tsn++) {
            try {
                ByteBuffer.wrap(piece).putInt(0, tsn);
                inbound.data(new SctpChunk(SctpChunk.DATA, tsn == 1 ? 2 : 0, piece.clone()));
            } catch (SctpInbound.TooMuchException e) {
                refused = Optional.of(e);
            }
        }

        assertThat(refused).isPresent();
    }

    @Nested
    class Packets {
        /** The check value of CRC-32C, and a packet made with it. */
        @Test
        void checksum_is_castagnolis() {
            CRC32C crc = new CRC32C();
            crc.update("123456789".getBytes(StandardCharsets.US_ASCII));

            assertThat(crc.getValue()).isEqualTo(0xe3069283L);
        }

        @Test
        void changed_packet_is_none() {
            byte[] packet =
                    SctpChunk.write(5000, 5000, 7, List.of(new SctpChunk(SctpChunk.COOKIE_ACK, 0, new byte[0])));
            assertThat(SctpChunk.parse(packet, packet.length)).isPresent();

            for (int bit = 0; bit < packet.length * 8; bit++) {
                byte[] changed = packet.clone();
                changed[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(SctpChunk.parse(changed, changed.length))
                        .as("bit " + bit)
                        .isEmpty();
            }
        }

        @Test
        void chunk_longer_than_its_packet_is_malformed() {
            byte[] packet = SctpChunk.write(5000, 5000, 7, List.of(new SctpChunk(SctpChunk.HEARTBEAT, 0, new byte[8])));

            assertThat(SctpChunk.parse(packet, packet.length - 4)).isEmpty();
            assertThat(SctpChunk.parse(Arrays.copyOf(packet, 12), 12)).isEmpty();
        }

        @Test
        void packet_for_somebody_else_has_no_effect() {
            open();
            byte[] stray = SctpChunk.write(5000, 5000, 7, List.of(new SctpChunk(SctpChunk.ABORT, 0, new byte[0])));
            byte[] wrongPort = SctpChunk.write(5001, 5000, 7, List.of(new SctpChunk(SctpChunk.ABORT, 0, new byte[0])));

            right.channels.receive(stray, stray.length, now);
            right.channels.receive(wrongPort, wrongPort.length, now);
            left.channels.send(0, "still there", now);
            run(5);

            assertThat(right.texts).containsExactly("still there");
        }

        @Test
        void gaps_are_reported_as_ranges() throws Exception {
            SctpInbound inbound = new SctpInbound(-2, (stream, protocol, message) -> {});
            for (int tsn : new int[] {-2, 0, 1, 4}) {
                byte[] value = new byte[13];
                ByteBuffer.wrap(value).putInt(tsn);
                inbound.data(new SctpChunk(SctpChunk.DATA, 3, value));
            }

            byte[] sack = inbound.sack().value();

            // Cumulative −2; the chunks 2 to 3 and 6 after it have come.
            assertThat(Arrays.copyOfRange(sack, 0, 4)).isEqualTo(Hex.bytes("fffffffe"));
            assertThat(Arrays.copyOfRange(sack, 8, sack.length)).isEqualTo(Hex.bytes("00020000 00020003 00060006"));
        }
    }
}
