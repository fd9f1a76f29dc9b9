package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ServerEvent;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a message without measure may cost before it is refused. */
class DecoderBoundsTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MOST_CPU = Duration.ofMillis(200).toNanos();

    private final EventCodec codec = Dialects.realtime().codec();

    /** Messages that are whole and legal JSON, and no event. */
    private enum Hostile {
        DEPTH("[".repeat(10_000) + "]".repeat(10_000)),
        TOKENS("[" + "1,".repeat(1_000_000) + "1]"),
        NUMBER("9".repeat(25 << 20)),
        STRING("\"" + "x".repeat(65 << 20) + "\"");

        @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
        private final byte[] message;

        Hostile(String value) {
            message = ("{\"type\":\"vendor\",\"x\":" + value + "}").getBytes(StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "B04 depth, tokens, numbers and strings without measure cost 200 ms, and twice their bytes beside their text")
    void bounds_hold_before_the_message_is_built(Hostile hostile) {
        Cost least = cost(hostile);
        for (int round = 1; round < 5; round++) {
            least = least.orLess(cost(hostile));
        }

        assertThat(decode(hostile)).isInstanceOf(DecodeError.class);
        assertThat(least.cpu()).as("CPU, ns").isLessThan(MOST_CPU);
        // The decode error keeps the text; a parser may need a little whatever the size.
        assertThat(least.bytes()).as("allocated").isLessThan(3L * hostile.message.length + (1 << 20));
    }

    /** Processor time in nanoseconds and bytes allocated; of several rounds the least, as the first ones load classes. */
    private record Cost(long cpu, long bytes) {
        Cost orLess(Cost other) {
            return new Cost(Math.min(cpu, other.cpu), Math.min(bytes, other.bytes));
        }
    }

    private Cost cost(Hostile hostile) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        decode(hostile);
        return new Cost(THREADS.getCurrentThreadCpuTime() - cpu, THREADS.getCurrentThreadAllocatedBytes() - allocated);
    }

    private ServerEvent decode(Hostile hostile) {
        return codec.decode(hostile.message, 0, hostile.message.length);
    }
}
