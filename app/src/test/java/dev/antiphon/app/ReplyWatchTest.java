package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.transport.websocket.wire.Dialects;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReplyWatchTest {
    @Test
    void nothing_said_needs_no_reply() {
        assertThat(new ReplyWatch(false, false).isComplete()).isTrue();
    }

    @Nested
    class AfterTexts {
        private final ReplyWatch watch = new ReplyWatch(true, false);

        @Test
        void the_response_that_was_asked_for_completes_it() {
            watch.onTextReply("resp_1");
            assertThat(watch.isComplete()).isFalse();

            watch.onEvent(done("resp_1"));

            assertThat(watch.isComplete()).isTrue();
        }

        @Test
        void a_response_that_is_done_before_its_id_is_known_counts() {
            watch.onEvent(done("resp_1"));
            watch.onTextReply("resp_1");

            assertThat(watch.isComplete()).isTrue();
        }

        @Test
        void another_response_does_not_count() {
            watch.onTextReply("resp_1");
            watch.onEvent(done("resp_2"));

            assertThat(watch.isComplete()).isFalse();
            assertThat(watch.missing()).contains("text");
        }
    }

    @Nested
    class AfterAudio {
        private final ReplyWatch watch = new ReplyWatch(false, true);

        @Test
        void the_reply_to_the_turn_completes_it_once_all_was_spoken() {
            turn();
            watch.onEvent(created("resp_1"));
            watch.onEvent(done("resp_1"));
            assertThat(watch.isComplete()).isFalse();

            watch.onAudioSent();

            assertThat(watch.isComplete()).isTrue();
        }

        @Test
        void a_turn_without_a_reply_is_waited_for() {
            watch.onAudioSent();
            assertThat(watch.isComplete()).isFalse();

            turn();
            assertThat(watch.isComplete()).isFalse();
            assertThat(watch.missing()).contains("audio");

            watch.onEvent(created("resp_1"));
            watch.onEvent(done("resp_1"));
            assertThat(watch.isComplete()).isTrue();
        }

        @Test
        void the_reply_to_an_earlier_turn_is_not_the_last() {
            turn();
            watch.onEvent(created("resp_1"));
            watch.onEvent(
                    event("{\"type\":\"input_audio_buffer.speech_started\",\"item_id\":\"i2\",\"audio_start_ms\":5}"));
            watch.onEvent(done("resp_1"));
            watch.onAudioSent();
            assertThat(watch.isComplete()).isFalse();

            watch.onEvent(event("{\"type\":\"input_audio_buffer.committed\",\"item_id\":\"i2\"}"));
            watch.onEvent(created("resp_2"));
            watch.onEvent(done("resp_2"));

            assertThat(watch.isComplete()).isTrue();
        }

        private void turn() {
            watch.onEvent(
                    event("{\"type\":\"input_audio_buffer.speech_started\",\"item_id\":\"i\",\"audio_start_ms\":0}"));
            watch.onEvent(event("{\"type\":\"input_audio_buffer.committed\",\"item_id\":\"i\"}"));
        }
    }

    private static ServerEvent created(String id) {
        return event("{\"type\":\"response.created\",\"response\":{\"id\":\"" + id + "\",\"status\":\"in_progress\"}}");
    }

    private static ServerEvent done(String id) {
        return event("{\"type\":\"response.done\",\"response\":{\"id\":\"" + id + "\",\"status\":\"completed\"}}");
    }

    private static ServerEvent event(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return Dialects.realtime().codec().decode(bytes, 0, bytes.length);
    }
}
