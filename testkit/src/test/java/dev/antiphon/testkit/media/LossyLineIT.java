package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DTLS and data channel of many calls at once, on lines that lose datagrams from the first one on. */
class LossyLineIT {
    private static final int CALLS = 80;
    private static final double LOSS = 0.1;
    private static final String OPENED = "opened";
    private static final long TICK_MILLIS = 20;

    private final ExecutorService handshakes = Executors.newCachedThreadPool();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final MediaLoop loop =
            new MediaLoop(group.next(), Identity.create(), handshakes, List.of(), () -> Impairment.NONE);

    @AfterEach
    void close() {
        loop.close();
        handshakes.shutdownNow();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** The answering end begins the handshake and the calling end opens the channel, as in a call of a browser. */
    private final class Line {
        private final SplittableRandom chance;
        private final End answering = new End(Optional.empty());
        private final End calling = new End(Optional.of("oai-events"));
        private final CompletableFuture<String> outcome = new CompletableFuture<>();

        Line(long seed) {
            chance = new SplittableRandom(seed);
        }

        void begin() {
            List<Fingerprint> both = List.of(loop.identity().fingerprint());
            calling.link.secure(false, both);
            answering.link.secure(true, both);
        }

        private void carry(byte[] datagram, End target) {
            loop.execute(() -> {
                if (chance.nextDouble() >= LOSS) {
                    target.link.receive(datagram);
                }
            });
        }

        private final class End implements DtlsLink.Listener, DataChannels.Listener {
            private final Optional<String> opens;
            private final DtlsLink link = new DtlsLink(loop, datagram -> carry(datagram, other()), this);
            private Optional<DataChannels> channels = Optional.empty();

            End(Optional<String> opens) {
                this.opens = opens;
            }

            private End other() {
                return this == calling ? answering : calling;
            }

            @Override
            public void onSecured(DtlsHandshake.Result result) {
                DataChannels opened = new DataChannels(5000, 5000, link::send, this);
                channels = Optional.of(opened);
                if (opens.isPresent()) {
                    opened.association().connect(System.nanoTime());
                }
                var unused = loop.loop()
                        .scheduleAtFixedRate(
                                () -> opened.tick(System.nanoTime()), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
            }

            @Override
            public void onRecord(byte[] buffer, int length) {
                channels.ifPresent(open -> open.receive(buffer, length, System.nanoTime()));
            }

            @Override
            public void onReady() {
                opens.ifPresent(label -> channels.orElseThrow().open(1, label, System.nanoTime()));
            }

            @Override
            public void onOpened(int stream, String label) {
                if (opens.isPresent()) {
                    outcome.complete(OPENED);
                }
            }

            @Override
            public void onBroken(String reason) {
                outcome.complete(reason);
            }

            @Override
            public void onEnded(String reason) {
                outcome.complete(reason);
            }

            @Override
            public void onText(int stream, String message) {}

            @Override
            public void onBinary(int stream, byte[] message) {}

            @Override
            public void onClosed(int stream) {}
        }
    }

    @Test
    void every_channel_opens_however_unlucky_its_line() throws Exception {
        Map<Long, Line> lines = new TreeMap<>();
        for (long seed = 0; seed < CALLS; seed++) {
            lines.put(seed, new Line(seed));
        }

        lines.values().forEach(Line::begin);

        List<String> failures = new ArrayList<>();
        for (Map.Entry<Long, Line> each : lines.entrySet()) {
            String outcome = each.getValue()
                    .outcome
                    .completeOnTimeout("neither opened nor ended", 60, TimeUnit.SECONDS)
                    .get();
            if (!outcome.equals(OPENED)) {
                failures.add("seed " + each.getKey() + ": " + outcome);
            }
        }
        assertThat(failures).isEmpty();
    }
}
