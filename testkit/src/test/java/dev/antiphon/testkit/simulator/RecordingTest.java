package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.antiphon.testkit.simulator.Recording.Side;
import dev.antiphon.testkit.simulator.Recording.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingTest {
    @Test
    void a_rejoin_makes_a_second_socket_and_the_loss_of_the_first() {
        Recording recording = Recording.of(List.of(
                "{\"atMillis\":0,\"event\":\"recording\",\"version\":1}",
                "{\"atMillis\":1,\"event\":\"joining\",\"attempt\":1}",
                "{\"atMillis\":2,\"event\":\"joined\"}",
                "{\"atMillis\":3,\"event\":\"server\",\"type\":\"a\",\"json\":{\"type\":\"a\"}}",
                "{\"atMillis\":4,\"event\":\"joining\",\"attempt\":1}",
                "{\"atMillis\":5,\"event\":\"joining\",\"attempt\":2}",
                "{\"atMillis\":6,\"event\":\"joined\"}",
                "{\"atMillis\":7,\"event\":\"client\",\"type\":\"b\",\"json\":{\"type\":\"b\"}}",
                "{\"atMillis\":8,\"event\":\"closed\",\"initiator\":\"SERVER\",\"code\":4001,\"text\":\"over\"}"));

        assertThat(recording.socketCount()).isEqualTo(2);
        assertThat(recording.sockets().get(0)).extracting(Step::side).containsExactly(Side.SERVER, Side.LOSS);
        assertThat(recording.sockets().get(1)).extracting(Step::side).containsExactly(Side.CLIENT, Side.CLOSE);
        assertThat(recording.sockets().get(1).get(1).code()).isEqualTo(4001);
    }

    @Test
    void what_is_no_recording_is_refused_by_line() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recording.of(List.of("{\"event\":\"joined\"}", "not JSON")))
                .withMessage("line 2 is no JSON object");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recording.of(List.of("{\"event\":\"joined\"}", "{\"event\":\"client\"}")))
                .withMessage("line 2 has no event in its member json");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recording.of(List.of("{\"event\":\"recording\"}")))
                .withMessageContaining("shows no control socket");
    }
}
