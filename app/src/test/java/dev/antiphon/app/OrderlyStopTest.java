package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.app.gateway.GatewayLimits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class OrderlyStopTest {
    private static final Duration USUAL = Duration.ofSeconds(17);

    private final CapturedConsole console = new CapturedConsole();

    @Test
    void f54_a_command_that_does_not_stop_is_cut_off_with_a_sentence() {
        Future<Integer> never = new CompletableFuture<>();

        int code = OrderlyStop.await(never, Duration.ofMillis(1), console.console());

        assertThat(code).isEqualTo(Complaint.FAILED);
        assertThat(console.err())
                .startsWith("antiphon: the command did not stop within ")
                .contains("calls that it held may live on at the server")
                .hasLineCount(1);
    }

    @Test
    void f54_a_command_that_breaks_while_it_stops_says_so_too() {
        Future<Integer> broken = CompletableFuture.failedFuture(new IllegalStateException("canary"));

        assertThat(OrderlyStop.await(broken, Duration.ofSeconds(5), console.console()))
                .isEqualTo(Complaint.FAILED);
        assertThat(console.err()).contains("cut off").doesNotContain("canary").hasLineCount(1);
    }

    @Test
    void a_command_that_stops_decides_its_exit_code_in_silence() {
        assertThat(OrderlyStop.await(CompletableFuture.completedFuture(0), Duration.ofSeconds(5), console.console()))
                .isZero();
        assertThat(console.err()).isEmpty();
    }

    @Test
    void f54_the_parts_of_a_stop_take_no_longer_than_the_whole() {
        GatewayLimits limits = GatewayLimits.DEFAULT;

        assertThat(limits.drainTime().plus(GatewayLimits.LAST_WORDS).plus(StopSignal.RESERVE))
                .isLessThan(StopSignal.LIMIT);
        assertThat(StopSignal.LIMIT).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void f54_after_the_signal_nothing_is_waited_for_beyond_the_limit() {
        StopSignal stop = new StopSignal();
        assertThat(stop.patience(USUAL)).isEqualTo(USUAL);

        stop.raise();

        assertThat(stop.patience(USUAL)).isBetween(Duration.ofSeconds(1), StopSignal.LIMIT.minus(StopSignal.RESERVE));
        assertThat(stop.patience(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(1));
    }
}
