package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.answer;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.causeOf;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.received;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.Phase;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.ReceivedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SidebandStartIT {
    private final SidebandFixture fixture = SidebandFixture.withDefaults();
    private final Hearing hearing = new Hearing();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    @Nested
    class OnTheWire {
        @Test
        @DisplayName("M9 T-02 call is created once and joined with the same identity")
        void call_is_created_once_and_joined_with_the_same_identity() {
            Conversation conversation = fixture.startJoined(hearing);

            List<ReceivedRequest> posts = fixture.server.requests("/v1/realtime/calls");
            assertThat(posts).hasSize(1);
            ReceivedRequest post = posts.get(0);
            ReceivedRequest upgrade = fixture.sideband().request();
            Call call = fixture.server.calls().last();
            assertThat(post.header("content-type").orElseThrow()).startsWith("multipart/form-data; boundary=");
            assertThat(call.offer()).isEqualTo(SidebandFixture.OFFER.text());
            assertThat(call.session().orElseThrow())
                    .contains("\"model\":\"gpt-realtime\"")
                    .contains("Be brief.")
                    .doesNotContain("\"id\"");
            assertThat(answer(conversation)).isEqualTo(call.answer());
            assertThat(upgrade.path()).isEqualTo("/v1/realtime");
            assertThat(upgrade.query("call_id")).contains(call.id());
            assertThat(upgrade.query("model")).isEmpty();
            assertThat(upgrade.sameCredentialAs(post)).isTrue();
        }

        @Test
        @DisplayName("T-02 parts of the body have names and types in order and no file names")
        void parts_of_the_body_have_names_and_types_in_order_and_no_file_names() {
            fixture.startJoined(hearing);

            String body = new String(
                    fixture.server.requests("/v1/realtime/calls").get(0).body(), StandardCharsets.UTF_8);
            assertThat(body)
                    .containsSubsequence(
                            "Content-Disposition: form-data; name=\"sdp\"\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n",
                            "Content-Disposition: form-data; name=\"session\"\r\nContent-Type: application/json\r\n\r\n{")
                    .doesNotContain("filename");
        }

        @Test
        @DisplayName("T-02 first frame is session update without id and model")
        void first_frame_is_session_update_without_id_and_model() {
            fixture.startJoined(hearing);

            JournalEntry first = fixture.sideband().awaitReceived("session.update", SOON);
            assertThat(fixture.sideband().receivedTypes()).startsWith("session.update");
            assertThat(first.json().has("session.model")).isFalse();
            assertThat(first.json().has("session.id")).isFalse();
        }
    }

    @Nested
    class WhileTheJoinIsHeld {
        private final Gate upgrade = fixture.server.holdUpgrade();

        @Test
        @DisplayName("T-12 F17 answer arrives")
        void answer_arrives() {
            Conversation conversation = fixture.start(hearing);

            answer(conversation);

            assertThat(fixture.server.connections()).isEmpty();
            assertThat(conversation.joined().toCompletableFuture()).isNotDone();
            upgrade.open();
            await(conversation.joined());
            conversation.close();
            hearing.awaitEnd();
            assertThat(hearing.heard).containsSubsequence("answer", "joining 1", "LIVE", "closed");
        }

        @Test
        @DisplayName("T-13 T-14 T-15 T-16 F17 what was said meanwhile follows session update once and in order")
        void what_was_said_meanwhile_follows_session_update_once_and_in_order() {
            Conversation conversation = fixture.start(hearing);
            answer(conversation);
            for (String text : List.of("A", "B", "C")) {
                conversation.sendText(text);
            }
            for (String output : List.of("X", "Y")) {
                conversation.sendHandoffOutput(HandoffOutput.silent("call_" + output, output));
            }
            for (int i = 0; i < 10; i++) {
                conversation.offerAudio(frame(i));
            }

            upgrade.open();

            Connection sideband = fixture.sideband();
            until(sideband, 16);
            List<String> frames = received(sideband);
            assertThat(frames).startsWith("session.update").hasSize(16);
            assertThat(frames).containsSubsequence("A", "B", "C");
            assertThat(frames).containsSubsequence("X", "Y");
            assertThat(audio(sideband))
                    .containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
        }

        @Test
        @DisplayName("T-17 phase becomes live once")
        void phase_becomes_live_once() {
            Conversation conversation = fixture.start(hearing);
            answer(conversation);
            upgrade.open();
            await(conversation.joined());

            conversation.close();
            hearing.awaitEnd();

            assertThat(hearing.count(Phase.LIVE.name())).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("T-16 rotation between the lanes is the same every time")
    void rotation_between_the_lanes_is_the_same_every_time() {
        List<List<String>> orders = new ArrayList<>();
        for (int run = 0; run < 100; run++) {
            Gate upgrade = fixture.server.holdUpgrade();
            Conversation conversation = fixture.start();
            answer(conversation);
            for (int i = 0; i < 3; i++) {
                conversation.sendText("T" + i);
                conversation.sendHandoffOutput(HandoffOutput.silent("call_" + i, "H" + i));
                conversation.offerAudio(frame(i));
            }
            upgrade.open();
            Connection sideband = fixture.sideband(run + 1);
            until(sideband, 10);
            orders.add(received(sideband));
            conversation.close();
            end(conversation);
        }

        assertThat(orders.stream().distinct()).as("orders seen").hasSize(1);
    }

    @Nested
    class WhenTheCallIsVisibleOnlyAfterTheAnswerWasApplied {
        @Test
        @DisplayName("T-31 start returns and the join works once it was")
        void start_returns_and_the_join_works_once_it_was() {
            fixture.server.hideNewCalls(true);
            Conversation conversation = fixture.start(hearing);
            answer(conversation);
            fixture.server
                    .journal()
                    .await(
                            "a refused join",
                            entry -> entry.kind() == JournalEntry.Kind.RESPONSE
                                    && entry.type().equals("404"),
                            SOON);

            fixture.server.calls().last().reveal();

            await(conversation.joined());
        }
    }

    @Nested
    class WhenTheCreationFails {
        @ParameterizedTest
        @DisplayName("T-25 F09 F12 refusal ends the start after one request")
        @CsvSource({"500, CALL_REJECTED", "401, CALL_REJECTED", "403, CALL_REJECTED", "422, CALL_REJECTED"})
        void refusal_ends_the_start_after_one_request(int status, Fault fault) {
            fixture.server.refuseCalls(status, 5);
            Conversation conversation = fixture.start(hearing);

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(fault);
            assertThat(causeOf(end(conversation)).status()).hasValue(status);
            assertThat(fixture.server.requests("/v1/realtime/calls")).hasSize(1);
            assertThat(hearing.heard).doesNotContain("answer");
        }

        @Test
        @DisplayName("T-26 F06 connection that is cut after the request is not repeated")
        void connection_that_is_cut_after_the_request_is_not_repeated() {
            fixture.server.inflict(Misfortune.drop().at(Moment.CALL).times(3));
            Conversation conversation = fixture.start(hearing);

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.CALL_OUTCOME_UNKNOWN);
            assertThat(fixture.server.requests("/v1/realtime/calls")).hasSize(1);
            assertThat(fixture.observed.orphans).hasSize(1);
        }

        @Test
        @DisplayName("T-24 F10 asked wait is met")
        void asked_wait_is_met() {
            fixture.server.inflict(Misfortune.refuse(HttpAnswer.error(429, "rate_limit_exceeded", "slow down")
                            .andHeader("Retry-After", "1"))
                    .at(Moment.CALL));
            long before = System.nanoTime();
            Conversation conversation = fixture.start(hearing);

            answer(conversation);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }

        @Test
        @DisplayName("F12 redirect is not followed")
        void redirect_is_not_followed() {
            fixture.server.inflict(Misfortune.refuse(
                            HttpAnswer.empty(307).andHeader("Location", fixture.server.baseUrl() + "/elsewhere"))
                    .at(Moment.CALL));
            Conversation conversation = fixture.start(hearing);

            assertThat(causeOf(end(conversation)).status()).hasValue(307);
            assertThat(fixture.server.requests()).hasSize(1);
        }
    }

    @Nested
    class WhenTheAnswerIsOdd {
        @ParameterizedTest
        @DisplayName("T-27 F14 body that is no answer fails and the call is hung up")
        @ValueSource(
                strings = {"", "<html><body>Gateway</body></html>", "{\"error\":{\"message\":\"x\"}}", "v=0\r\na=cut"})
        void body_that_is_no_answer_fails_and_the_call_is_hung_up(String body) {
            alter(answer -> answer.withBody(body));
            Conversation conversation = fixture.start(hearing);

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.BAD_ANSWER);
        }

        @Test
        @DisplayName("F14 B12 body larger than the bound fails and the call is hung up")
        void body_larger_than_the_bound_fails_and_the_call_is_hung_up() {
            alter(answer -> answer.withBody("v=0\r\n" + "a=x\r\n".repeat(100_000)));
            Conversation conversation = fixture.start(hearing);

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.BAD_ANSWER);
        }

        @ParameterizedTest
        @DisplayName("T-04 F13 id is found wherever the location leads")
        @ValueSource(strings = {"https://elsewhere.test/v1/realtime/calls/ID", "/v1/realtime/calls/calls/ID?x=1", "ID"})
        void id_is_found_wherever_the_location_leads(String form) {
            fixture.server.inflict(Misfortune.alter(
                            answer -> answer.withHeader("Location", form.replace("ID", idIn(answer))))
                    .at(Moment.CALL_CREATED));
            Conversation conversation = fixture.start(hearing);

            await(conversation.joined());
            assertThat(fixture.sideband().call())
                    .contains(fixture.server.calls().last());
        }

        @Test
        @DisplayName("F13 any success with an answer counts")
        void any_success_with_an_answer_counts() {
            alter(answer -> answer.withStatus(200).withoutHeader("Content-Type"));
            Conversation conversation = fixture.start(hearing);

            await(conversation.joined());
        }

        @ParameterizedTest
        @DisplayName(
                "F14 answer that is declared as something else fails, travels in the failure, and its call is hung up")
        @ValueSource(strings = {"text/html; charset=utf-8", "application/json", "text/plain"})
        void answer_that_is_declared_as_something_else_fails_with_the_answer(String type) {
            alter(answer -> answer.withHeader("Content-Type", type));
            Conversation conversation = fixture.start(hearing);

            TransportException cause = causeOf(end(conversation));
            assertThat(cause.fault()).isEqualTo(Fault.BAD_ANSWER);
            assertThat(cause.answer().orElseThrow().text())
                    .isEqualTo(fixture.server.calls().last().answer());
            assertThat(hearing.heard).doesNotContain("answer");
        }

        @Test
        @DisplayName("B12 answer that lost fingerprint and ICE on its way fails with the answer")
        void answer_that_lost_fingerprint_and_ice_on_its_way_fails_with_the_answer() {
            alter(answer ->
                    answer.withBody(answer.body().replaceAll("a=(fingerprint|ice-ufrag|ice-pwd):[^\r]*\r\n", "")));
            Conversation conversation = fixture.start(hearing);

            TransportException cause = causeOf(end(conversation));
            assertThat(cause.fault()).isEqualTo(Fault.BAD_ANSWER);
            assertThat(cause.getMessage()).contains("fingerprint");
            assertThat(cause.answer()).isPresent();
        }

        @Test
        @DisplayName("T-28 F13 missing location fails with the answer and reports the call")
        void missing_location_fails_with_the_answer_and_reports_the_call() {
            alter(answer -> answer.withoutHeader("Location"));
            Conversation conversation = fixture.start(hearing);

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.BAD_CALL_RESPONSE);
            assertThat(causeOf(end(conversation)).answer().orElseThrow().text())
                    .isEqualTo(fixture.server.calls().last().answer());
            assertThat(fixture.observed.orphans).hasSize(1);
            fixture.expectedLiveCalls = 1;
        }

        @Test
        @DisplayName("F16 same id for two conversations is held by the first only")
        void same_id_for_two_conversations_is_held_by_the_first_only() {
            Conversation first = fixture.startJoined(hearing);
            String id = fixture.server.calls().last().id();
            alter(answer -> answer.withHeader("Location", "/v1/realtime/calls/" + id));
            Conversation second = fixture.start();

            assertThat(causeOf(end(second)).fault()).isEqualTo(Fault.DUPLICATE_CALL_ID);
            assertThat(first.phase()).isEqualTo(Phase.LIVE);
            assertThat(fixture.server.connections()).hasSize(1);
            // The server's own second call is known to nobody: only a server that lies makes one.
            fixture.expectedLiveCalls = 1;
        }

        private void alter(java.util.function.UnaryOperator<HttpAnswer> change) {
            fixture.server.inflict(Misfortune.alter(change).at(Moment.CALL_CREATED));
        }

        private String idIn(HttpAnswer answer) {
            String location = answer.header("Location").orElseThrow();
            return location.substring(location.lastIndexOf('/') + 1);
        }
    }

    private static byte[] frame(int number) {
        byte[] frame = new byte[960];
        frame[0] = (byte) number;
        return frame;
    }

    private static List<Integer> audio(Connection connection) {
        return connection.received().stream()
                .filter(entry -> entry.type().equals("input_audio_buffer.append"))
                .map(entry ->
                        (int) java.util.Base64.getDecoder().decode(entry.json().text("audio"))[0])
                .toList();
    }

    private static void until(Connection connection, int frames) {
        SidebandFixture.until(
                frames + " frames, got " + received(connection),
                () -> connection.received().size() >= frames);
    }
}
