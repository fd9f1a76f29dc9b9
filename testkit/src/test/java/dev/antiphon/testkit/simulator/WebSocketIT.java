package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().maxMessageBytes(100_000).start();

    @AfterEach
    void close() {
        simulator.close();
    }

    @Nested
    class Handshake {
        @Test
        void key_of_the_rfc_gets_the_accept_of_the_rfc_and_no_extension() throws Exception {
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake(
                        "/v1/realtime?model=m",
                        "Authorization: Bearer k\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"));

                assertThat(client.readHead().toLowerCase(java.util.Locale.ROOT))
                        .contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=")
                        .doesNotContain("extensions", "protocol:");
            }
        }

        @Test
        void browser_gives_its_key_as_subprotocol_and_gets_realtime_back() {
            try (TestSocket client =
                    TestSocket.open(simulator, "model=m", "", "realtime", "openai-insecure-api-key.browser-key")) {
                assertThat(client.raw().getSubprotocol()).isEqualTo("realtime");
                assertThat(client.next().type()).isEqualTo("session.created");
                ReceivedRequest request = simulator.connections().get(0).request();
                assertThat(request.credential().isPresent()).isTrue();
                assertThat(request.header("Sec-WebSocket-Protocol"))
                        .hasValueSatisfying(value -> assertThat(value).doesNotContain("browser-key"));
            }
        }

        @Test
        void same_key_is_the_same_credential_however_it_comes() {
            try (TestSocket header = TestSocket.open(simulator, "model=m", "one-key");
                    TestSocket subprotocol =
                            TestSocket.open(simulator, "model=m", "", "realtime", "openai-insecure-api-key.one-key");
                    TestSocket other = TestSocket.open(simulator, "model=m", "other-key")) {
                assertThat(header.next()).isNotNull();
                assertThat(subprotocol.next()).isNotNull();
                assertThat(other.next()).isNotNull();
                ReceivedRequest first = simulator.connections().get(0).request();
                assertThat(first.sameCredentialAs(simulator.connections().get(1).request()))
                        .isTrue();
                assertThat(first.sameCredentialAs(simulator.connections().get(2).request()))
                        .isFalse();
            }
        }

        @ParameterizedTest
        @CsvSource({
            "/v1/realtime, 400",
            "/v1/realtime?model=m&call_id=rtc_1, 400",
            "/v1/realtime?call_id=rtc_1&intent=transcription, 400",
            "/v1/realtime?intent=quicksilver, 400",
            "/v1/elsewhere?model=m, 404"
        })
        void wrong_target_is_refused(String target, int status) throws Exception {
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake(target, "Authorization: Bearer k\r\n"));

                assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
            }
        }

        @Test
        void key_is_needed() throws Exception {
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake("/v1/realtime?model=m", ""));

                assertThat(client.readHead()).startsWith("HTTP/1.1 401 ");
            }
        }

        @ParameterizedTest
        @CsvSource({
            "Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 8, 426",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: short, 400",
            "Upgrade: websocket, Upgrade: h2c, 426"
        })
        void handshake_that_is_wrong_is_refused(String right, String wrong, int status) throws Exception {
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake("/v1/realtime?model=m", "Authorization: Bearer k\r\n")
                        .replace(right, wrong));

                assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
            }
        }

        @Test
        void beta_header_is_answered_with_4000() {
            try (RawClient client = new RawClient(simulator)) {
                client.write(RawClient.handshake(
                        "/v1/realtime?model=m", "Authorization: Bearer k\r\nOpenAI-Beta: realtime=v1\r\n"));
                client.readHead();

                assertThat(client.readClose().closeCode()).isEqualTo(4000);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Nested
    class Frames {
        @Test
        void fragments_are_joined_even_inside_a_character() throws Exception {
            byte[] bytes = "{\"type\":\"ü\"}".getBytes(StandardCharsets.UTF_8);
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.frame(0x01, java.util.Arrays.copyOf(bytes, 10));
                client.frame(0x89, new byte[] {'p'});
                client.frame(0x80, java.util.Arrays.copyOfRange(bytes, 10, bytes.length));

                simulator.journal().awaitReceived("ü", TestSocket.SOON);
                assertThat(simulator.journal().entries(JournalEntry.Kind.PING_RECEIVED))
                        .extracting(JournalEntry::type)
                        .containsExactly("p");
            }
        }

        @Test
        void ping_is_answered_with_its_payload() {
            try (TestSocket client = TestSocket.model(simulator)) {
                assertThat(client.ping("payload")).isEqualTo("payload");
            }
        }

        @Test
        void pong_to_our_ping_is_in_the_journal() {
            try (TestSocket client = TestSocket.model(simulator)) {
                client.next();
                simulator.connections().get(0).ping("are you there");

                assertThat(simulator
                                .journal()
                                .await(JournalEntry.Kind.PONG_RECEIVED, TestSocket.SOON)
                                .type())
                        .isEqualTo("are you there");
            }
        }

        @Test
        void invalid_utf8_is_1007_at_the_fragment_that_holds_it() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.frame(0x01, new byte[] {'a', (byte) 0xc3, (byte) 0x28});

                assertThat(client.readClose().closeCode()).isEqualTo(1007);
                assertThat(client.endsCleanly()).isTrue();
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0xc1, 0x83, 0x80, 0x09})
        void violation_is_1002_once_and_then_the_end(int head) throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.frame(head, new byte[] {'x'});

                assertThat(client.readClose().closeCode()).isEqualTo(1002);
                assertThat(client.endsCleanly()).isTrue();
            }
        }

        @Test
        void frame_without_a_mask_is_1002() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.write(new byte[] {(byte) 0x81, 1, 'x'});

                assertThat(client.readClose().closeCode()).isEqualTo(1002);
            }
        }

        @Test
        void message_beyond_the_limit_is_1009_in_one_frame_or_several() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.write(new byte[] {(byte) 0x81, (byte) 0xff, 0, 0, 0, 0, 0, 1, (byte) 0x86, (byte) 0xa1});

                assertThat(client.readClose().closeCode()).isEqualTo(1009);
            }
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.frame(0x01, new byte[60_000]);
                client.frame(0x80, new byte[60_000]);

                assertThat(client.readClose().closeCode()).isEqualTo(1009);
            }
        }

        @Test
        void binary_message_is_answered_with_an_error_and_the_socket_stays() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.readFrame();
                client.frame(0x82, new byte[] {1, 2, 3});

                assertThat(client.readFrame().payload()).contains("\"error\"", "invalid_event");
                client.text("{\"type\":\"input_audio_buffer.clear\"}");
                assertThat(client.readFrame().payload()).contains("input_audio_buffer.cleared");
            }
        }
    }

    @Nested
    class Closing {
        @Test
        void close_is_echoed_and_the_server_ends_tcp() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.frame(0x88, new byte[] {0x03, (byte) 0xe8, 'b', 'y', 'e'});

                assertThat(client.readClose().closeCode()).isEqualTo(1000);
                assertThat(client.endsCleanly()).isTrue();
                assertThat(simulator.connections().get(0).closeCode()).hasValue(1000);
                assertThat(simulator.connections().get(0).closeReason()).isEqualTo("bye");
            }
        }

        @Test
        void close_without_a_code_is_1005_and_echoed_empty() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.frame(0x88, new byte[0]);

                assertThat(client.readClose().payload()).isEmpty();
                assertThat(simulator.connections().get(0).closeCode()).hasValue(1005);
            }
        }

        @Test
        void invalid_close_code_is_1002_and_no_second_close_follows() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.frame(0x88, new byte[] {0x03, (byte) 0xec});

                assertThat(client.readClose().closeCode()).isEqualTo(1002);
                assertThat(client.endsCleanly()).isTrue();
            }
        }

        @Test
        void nothing_follows_our_close_frame() {
            try (TestSocket client = TestSocket.model(simulator)) {
                client.next();
                Connection connection = simulator.connections().get(0);
                connection.close(1012, "service restart");
                connection.send("{\"type\":\"too.late\"}");

                assertThat(client.closeCode()).isEqualTo(1012);
                connection.awaitDisconnected(TestSocket.SOON);
                assertThat(connection.sentTypes()).doesNotContain("too.late");
                assertThat(connection.isOpen()).isFalse();
            }
        }

        @Test
        void client_that_does_not_answer_our_close_is_dropped() throws Exception {
            try (RawClient client = RawClient.upgraded(simulator)) {
                client.readFrame();
                simulator.connections().get(0).close(1001, "");

                assertThat(client.readClose().closeCode()).isEqualTo(1001);
                assertThat(client.endsCleanly()).isTrue();
            }
        }
    }
}
