package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestCalls.OFFER;
import static dev.antiphon.testkit.simulator.TestCalls.createCall;
import static dev.antiphon.testkit.simulator.TestCalls.postOffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MisfortuneIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().start();

    @AfterEach
    void close() {
        simulator.close();
    }

    private String joinStatus(String callId) throws IOException {
        try (RawClient client = new RawClient(simulator)) {
            client.write(RawClient.handshake("/v1/realtime?call_id=" + callId, "Authorization: Bearer test-key\r\n"));
            return client.readHead().substring(9, 12);
        }
    }

    @Nested
    class Gates {
        @Test
        void held_connection_is_not_read() throws Exception {
            Gate gate = simulator.holdAccept();
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake("/v1/realtime?model=m", "Authorization: Bearer k\r\n"));
                gate.awaitReached(TestSocket.SOON);
                assertThat(simulator.journal().entries(Kind.REQUEST)).isEmpty();

                gate.open();

                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            }
        }

        @Test
        void held_upgrade_lets_calls_through() throws Exception {
            Gate gate = simulator.holdUpgrade();
            String id = createCall(simulator);
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake("/v1/realtime?call_id=" + id, "Authorization: Bearer test-key\r\n"));
                gate.awaitReached(TestSocket.SOON);
                assertThat(simulator.journal().entries(Kind.UPGRADE_READ)).hasSize(1);
                assertThat(simulator.journal().entries(Kind.UPGRADED)).isEmpty();

                gate.open();

                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            }
        }

        @Test
        void client_that_gives_up_at_a_gate_is_seen_to_go() throws Exception {
            Gate gate = simulator.holdUpgrade();
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake("/v1/realtime?model=m", "Authorization: Bearer k\r\n"));
                gate.awaitReached(TestSocket.SOON);
            }

            simulator.journal().await(Kind.DISCONNECTED, TestSocket.SOON);
            gate.open();

            assertThat(createCall(simulator)).isNotEmpty();
            assertThat(simulator.connections()).isEmpty();
        }

        @Test
        void socket_held_after_101_reads_and_does_nothing() throws Exception {
            Gate gate = simulator.holdOpened();
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.text(Events.configure(""));
                simulator.journal().awaitReceived("session.update", TestSocket.SOON);
                client.frame(0x89, new byte[] {'p'});
                assertThat(client.readFrame().opcode()).isEqualTo(10);

                gate.open();

                assertThat(client.readFrame().payload()).contains("session.created");
                assertThat(client.readFrame().payload()).contains("session.updated");
            }
        }

        @Test
        void first_event_is_held_with_all_behind_it() {
            Gate gate = simulator.holdFirstFrame();
            try (TestSocket client = TestSocket.model(simulator)) {
                assertThat(client.next().type()).isEqualTo("session.created");
                client.send(Events.configure("\"instructions\":\"one\""));
                client.send(Events.configure("\"instructions\":\"two\""));
                gate.awaitReached(TestSocket.SOON);
                assertThat(client.ping("still there")).isEqualTo("still there");
                assertThat(simulator.journal().entries(entry -> entry.isSent("session.updated")))
                        .isEmpty();

                gate.open();

                assertThat(client.next().text("session.instructions")).isEqualTo("one");
                assertThat(client.next().text("session.instructions")).isEqualTo("two");
            }
        }

        @Test
        void gate_that_nothing_reaches_says_so() {
            assertThatThrownBy(() -> simulator.holdUpgrade().awaitReached(Duration.ofMillis(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("gate 'upgrade' was reached 0 times in 20 ms");
        }
    }

    @Nested
    class Refusals {
        @Test
        void first_joins_find_no_call() throws Exception {
            simulator.joinsNotFound(2);
            String id = createCall(simulator);

            assertThat(List.of(joinStatus(id), joinStatus(id), joinStatus(id))).containsExactly("404", "404", "101");
        }

        @Test
        void refusal_carries_status_headers_and_body() throws Exception {
            simulator.inflict(Misfortune.refuse(
                            HttpAnswer.of(503, "text/html", "<h1>busy</h1>").withHeader("Retry-After", "7"))
                    .at(Moment.CALL));

            HttpResponse<String> refused = postOffer(simulator, OFFER);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("7");
            assertThat(refused.body()).isEqualTo("<h1>busy</h1>");
            assertThat(simulator.calls().created()).isZero();
            assertThat(postOffer(simulator, OFFER).statusCode()).isEqualTo(201);
        }

        @Test
        void refusal_may_be_for_one_call_or_for_sidebands_only() throws Exception {
            String first = createCall(simulator);
            String second = createCall(simulator);
            simulator.inflict(
                    Misfortune.refuse(403).at(Moment.UPGRADE).onCall(second).always());
            simulator.inflict(
                    Misfortune.refuse(500).at(Moment.UPGRADE).onSidebands().times(1));

            assertThat(List.of(joinStatus(first), joinStatus(first), joinStatus(second), joinStatus(second)))
                    .containsExactly("500", "101", "403", "403");
            try (TestSocket model = TestSocket.model(simulator)) {
                assertThat(model.next().type()).isEqualTo("session.created");
            }
        }

        @Test
        void answer_of_a_call_may_be_bent() {
            simulator.inflict(
                    Misfortune.alter(answer -> answer.withoutHeader("Location")).at(Moment.CALL_CREATED));
            simulator.inflict(Misfortune.alter(answer -> answer.withHeader("Location", "https://evil.example/a/b/rtc_x")
                            .withBody(""))
                    .at(Moment.CALL_CREATED));

            HttpResponse<String> bent = postOffer(simulator, OFFER);

            assertThat(bent.statusCode()).isEqualTo(201);
            assertThat(bent.headers().firstValue("Location")).contains("https://evil.example/a/b/rtc_x");
            assertThat(bent.body()).isEmpty();
            assertThat(simulator.calls().live()).hasSize(1);
        }

        @Test
        void misfortunes_of_one_moment_strike_in_order() throws Exception {
            Gate gate = new Gate("first");
            simulator.inflict(Misfortune.hold(gate).at(Moment.UPGRADE));
            simulator.inflict(Misfortune.delay(Duration.ofMillis(5)).at(Moment.UPGRADE));
            simulator.inflict(Misfortune.refuse(429).at(Moment.UPGRADE));
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake("/v1/realtime?model=m", "Authorization: Bearer k\r\n"));
                gate.awaitReached(TestSocket.SOON);
                gate.open();

                assertThat(client.readHead()).startsWith("HTTP/1.1 429 ");
            }
        }

        @Test
        void relenting_forgets_what_has_not_struck() throws Exception {
            simulator.refuseUpgrades(500, 1_000);
            simulator.relent();

            assertThat(joinStatus(createCall(simulator))).isEqualTo("101");
        }

        @Test
        void misfortune_that_cannot_happen_is_refused_at_once() {
            assertThatThrownBy(() -> Misfortune.refuse(404).at(Moment.OPENED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Refuse cannot happen at OPENED");
            assertThatThrownBy(() -> Misfortune.reset().at(Moment.STREAMING))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Endings {
        @Test
        void reset_is_rst_at_every_moment() throws Exception {
            for (Moment moment : List.of(Moment.ACCEPTED, Moment.UPGRADE, Moment.OPENED)) {
                simulator.inflict(Misfortune.reset().at(moment));
                try (RawClient client = new RawClient(simulator)) {
                    assertThat(client.endsCleanlyAfter(
                                    RawClient.handshake("/v1/realtime?model=m", "Authorization: Bearer k\r\n")))
                            .as(moment.toString())
                            .isFalse();
                }
            }
        }

        @Test
        void drop_is_fin_without_a_close_frame() throws Exception {
            simulator.inflict(Misfortune.drop().at(Moment.FIRST_FRAME));
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.text(Events.RESPOND);

                assertThat(client.readFrame().payload()).contains("session.created");
                assertThat(client.endsCleanly()).isTrue();
                assertThat(simulator.journal().entries(Kind.CLOSE_SENT)).isEmpty();
            }
        }

        @Test
        void connection_is_cut_in_the_middle_of_a_response() throws Exception {
            simulator.inflict(Misfortune.reset().at(Moment.sent("response.output_audio.delta", 2)));
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.text(Events.RESPOND);

                assertThat(client.endsCleanly()).isFalse();
            }
            simulator.journal().await(Kind.DISCONNECTED, TestSocket.SOON);
            assertThat(simulator.journal().entries(entry -> entry.isSent("response.output_audio.delta")))
                    .hasSize(2);
            assertThat(simulator.journal().entries(entry -> entry.isSent("response.done")))
                    .isEmpty();
        }

        @Test
        void event_read_at_a_reset_is_not_acted_upon() throws Exception {
            String id = createCall(simulator);
            simulator.inflict(Misfortune.reset().at(Moment.received("conversation.item.create", 2)));
            try (TestSocket client = TestSocket.open(simulator, "call_id=" + id)) {
                client.send(Events.userItem("a", ""));
                client.send(Events.userItem("b", ""));
                simulator.connections().get(0).awaitDisconnected(TestSocket.SOON);
            }
            try (TestSocket again = TestSocket.open(simulator, "call_id=" + id)) {
                again.send("{\"type\":\"conversation.item.retrieve\",\"item_id\":\"a\"}");
                again.send("{\"type\":\"conversation.item.retrieve\",\"item_id\":\"b\"}");

                assertThat(again.next().type()).isEqualTo("conversation.item.retrieved");
                assertThat(again.next().text("error.code")).isEqualTo("item_not_found");
            }
        }

        @Test
        void socket_closes_with_a_code_when_an_event_comes() {
            simulator.inflict(Misfortune.close(1013, "try later").at(Moment.received("response.create", 1)));
            try (TestSocket client = TestSocket.model(simulator)) {
                client.send(Events.RESPOND);

                assertThat(client.closeCode()).isEqualTo(1013);
            }
        }

        @Test
        void output_held_behind_an_event_comes_later_and_in_order() {
            Gate gate = new Gate("output");
            simulator.inflict(Misfortune.hold(gate).at(Moment.sent("response.created", 1)));
            try (TestSocket client = TestSocket.model(simulator)) {
                client.send(Events.RESPOND);
                client.next("response.created");
                gate.awaitReached(TestSocket.SOON);
                assertThat(client.ping("x")).isEqualTo("x");

                gate.open();

                assertThat(client.next().type()).isEqualTo("response.output_item.added");
                assertThat(client.next("response.done").text("response.status")).isEqualTo("completed");
            }
        }
    }

    @Nested
    class Frames {
        @Test
        void test_sends_what_it_likes() {
            try (TestSocket client = TestSocket.model(simulator)) {
                client.next();
                Connection connection = simulator.connections().get(0);
                connection.send("{\"type\":\"vendor.metrics\",\"latency_ms\":12}");
                connection.sendFragmented("{\"type\":\"ünïcode\",\"x\":\"👩‍🚀\"}", 30);
                connection.sendBinary(new byte[] {1, 2});

                assertThat(client.next().type()).isEqualTo("vendor.metrics");
                assertThat(client.next().text("x")).isEqualTo("👩‍🚀");
                assertThat(client.next().type()).isEqualTo("(binary)");
            }
        }

        @Test
        void broken_frame_breaks_the_client() {
            try (TestSocket client = TestSocket.model(simulator)) {
                client.next();
                simulator.connections().get(0).sendRaw(new byte[] {(byte) 0xf1, 1, 'x'});

                assertThat(client.closeCode()).isEqualTo(1006);
            }
        }

        @Test
        void header_may_claim_what_never_comes() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.readFrame();
                simulator.connections().get(0).sendFrameHeader(Long.MAX_VALUE);

                byte[] header = client.readBytes(10);
                assertThat(header).startsWith(0x81, 127, 127, -1, -1);
            }
        }

        @Test
        void muted_pongs_stay_away() throws Exception {
            simulator.inflict(Misfortune.mutePongs().at(Moment.OPENED));
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.readFrame();
                client.frame(0x89, new byte[] {'p'});
                client.text("{\"type\":\"input_audio_buffer.clear\"}");

                assertThat(client.readFrame().payload()).contains("input_audio_buffer.cleared");
            }
        }

        @Test
        void socket_that_stops_reading_goes_on_where_it_stopped() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.readFrame();
                Connection connection = simulator.connections().get(0);
                simulator.inflict(Misfortune.stopReading().at(Moment.received("session.update", 1)));
                client.text(Events.configure(""));
                client.readFrame();
                client.text(Events.RESPOND);
                connection.send("{\"type\":\"marker\"}");
                assertThat(client.readFrame().payload()).contains("marker");
                assertThat(connection.receivedTypes()).containsExactly("session.update");

                connection.resumeReading();

                connection.awaitReceived("response.create", TestSocket.SOON);
            }
        }

        @Test
        void half_a_frame_and_a_reset() throws Exception {
            simulator.inflict(Misfortune.garble("\u0001half".getBytes(StandardCharsets.ISO_8859_1))
                    .at(Moment.received("response.create", 1)));
            simulator.inflict(Misfortune.reset().at(Moment.received("response.create", 1)));
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.readFrame();
                client.text(Events.RESPOND);

                assertThat(client.endsCleanly()).isFalse();
            }
        }
    }

    @Test
    void script_takes_the_place_of_the_assistant_for_what_it_handles() {
        Script script = (connection, event) -> {
            if (event.type().equals("response.create")) {
                connection.send("{\"type\":\"response.created\",\"response\":{\"id\":\"mine\"}}");
                return true;
            }
            return false;
        };
        try (RealtimeSimulator scripted =
                        RealtimeSimulator.builder().script(script).start();
                TestSocket client = TestSocket.model(scripted)) {
            client.send(Events.RESPOND);
            client.send(Events.configure(""));

            assertThat(client.next().type()).isEqualTo("session.created");
            assertThat(client.next().type()).isEqualTo("response.created");
            assertThat(client.next().type()).isEqualTo("session.updated");
        }
    }

    @Test
    void silent_simulator_says_nothing() {
        try (RealtimeSimulator silent = RealtimeSimulator.builder().silent().start();
                TestSocket client = TestSocket.model(silent)) {
            client.send(Events.RESPOND);
            client.send("nonsense");
            assertThat(client.ping("x")).isEqualTo("x");

            assertThat(silent.journal().entries(Kind.SENT)).isEmpty();
        }
    }
}
