package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Fault;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | PT0S",
                "7 | PT7S",
                " 30  | PT30S",
                "999999999999 | PT1H",
                "Fri, 20 Nov 2026 12:00:09 GMT | PT9S",
                "Fri, 20 Nov 2026 11:00:00 GMT | PT0S",
                "Thu, 20 Nov 2036 11:00:00 GMT | PT1H",
            })
    void retry_after_is_read_in_both_forms_and_clamped(String value, Duration expected) {
        assertThat(Refusal.wait(value, NOW)).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"soon", "-5", "1.5", "99999999999999999999999999"})
    void retry_after_that_makes_no_sense_is_ignored(String value) {
        assertThat(Refusal.wait(value, NOW)).isEmpty();
    }

    @Test
    void code_and_request_id_are_taken_from_a_json_body_and_its_headers() {
        RefusedException refused = refused(
                404, "{\"error\":{\"type\":\"invalid_request_error\", \"code\": \"call_id_not_found\"}}", "req_7f");

        assertThat(refused.errorCode()).contains("call_id_not_found");
        assertThat(refused.requestId()).contains("req_7f");
        assertThat(refused)
                .hasMessage("UPGRADE_REFUSED: h:443 answered 404 call_id_not_found to the upgrade"
                        + " (attempt 2, request id req_7f)");
    }

    @Test
    void the_type_stands_in_for_a_code_that_is_null() {
        assertThat(refused(400, "{\"error\":{\"type\":\"invalid_request_error\",\"code\":null}}", "")
                        .errorCode())
                .contains("invalid_request_error");
    }

    @Test
    void what_looks_like_a_key_or_a_call_id_is_masked_in_the_excerpt() {
        String body =
                "Incorrect API key provided: sk-canary_1234567. Bearer canary2 ek_canary345 rtc_canary4567 my+own+canary";

        String excerpt = refused(401, body, "").bodyExcerpt();

        assertThat(excerpt).startsWith("Incorrect API key provided:").doesNotContain("canary");
    }

    @Test
    void html_control_characters_and_megabytes_become_one_short_line() {
        String body = "<html>\r\n\u001b[31m\u202eevil\u0000 " + "x".repeat(1_000_000);

        String excerpt = refused(500, body, "a\u001b[2Jb").bodyExcerpt();

        assertThat(excerpt).startsWith("<html> [31m evil x").hasSize(512);
    }

    @Test
    void a_request_id_that_is_none_is_left_out() {
        assertThat(refused(500, "", "evil\u001b[2J id").requestId()).isEmpty();
        assertThat(refused(500, "", "x".repeat(200)).requestId()).isEmpty();
    }

    private static RefusedException refused(int status, String body, String requestId) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        if (!requestId.isEmpty()) {
            headers.add("X-Request-Id", requestId);
        }
        HttpAnswer answer = new HttpAnswer(status, Headers.received(headers), body.getBytes(StandardCharsets.UTF_8));
        return new RefusedException(
                Fault.UPGRADE_REFUSED, "the upgrade", answer, "h:443", 2, Optional.of("my+own+canary"));
    }
}
