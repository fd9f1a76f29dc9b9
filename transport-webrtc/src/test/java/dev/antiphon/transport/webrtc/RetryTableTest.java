package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.transport.webrtc.RetryTable.Verdict;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTableTest {
    @ParameterizedTest
    @EnumSource(names = {"CONNECT_FAILED", "CONNECT_TIMEOUT", "TLS_TIMEOUT"})
    void what_was_never_sent_is_repeated_everywhere(Fault fault) {
        assertThat(RetryTable.afterCreation(network(fault, false), false)).isEqualTo(Verdict.RETRY);
        assertThat(RetryTable.afterJoin(network(fault, false))).isEqualTo(Verdict.RETRY);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTION_LOST", "CONNECT_TIMEOUT", "MESSAGE_TOO_BIG", "PROTOCOL_VIOLATION"})
    void creation_that_may_have_reached_the_server_is_never_repeated(Fault fault) {
        assertThat(RetryTable.afterCreation(network(fault, true), true)).isEqualTo(Verdict.UNKNOWN_OUTCOME);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTION_LOST", "UPGRADE_TIMEOUT", "WRITE_TIMEOUT"})
    void join_without_an_answer_is_repeated(Fault fault) {
        assertThat(RetryTable.afterJoin(network(fault, true))).isEqualTo(Verdict.RETRY);
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_REFUSED", "CREDENTIALS_UNAVAILABLE", "PROTOCOL_VIOLATION", "INTERNAL"})
    void what_can_only_fail_again_is_final(Fault fault) {
        assertThat(RetryTable.afterJoin(network(fault, false))).isEqualTo(Verdict.FINAL);
        assertThat(RetryTable.afterCreation(network(fault, false), true)).isEqualTo(Verdict.FINAL);
    }

    @ParameterizedTest
    @CsvSource({
        "408, THROTTLED, THROTTLED",
        "429, THROTTLED, THROTTLED",
        "503, THROTTLED, THROTTLED",
        "500, FINAL, RETRY",
        "502, FINAL, RETRY",
        "504, FINAL, RETRY",
        "404, FINAL, NOT_YET",
        "400, FINAL, FINAL",
        "401, FINAL, FINAL",
        "403, FINAL, FINAL",
        "409, FINAL, FINAL",
        "413, FINAL, FINAL",
        "415, FINAL, FINAL",
        "422, FINAL, FINAL",
        "301, FINAL, FINAL",
        "302, FINAL, FINAL",
        "307, FINAL, FINAL",
        "308, FINAL, FINAL",
        "501, FINAL, FINAL"
    })
    void each_status_has_its_verdict(int status, Verdict creation, Verdict join) {
        assertThat(RetryTable.afterCreation(refused(status), false)).isEqualTo(creation);
        assertThat(RetryTable.afterJoin(refused(status))).isEqualTo(join);
    }

    @ParameterizedTest
    @CsvSource({
        "404, OVER, NOT_YET",
        "410, OVER, OVER",
        "401, FINAL, FINAL",
        "500, RETRY, RETRY",
        "429, THROTTLED, THROTTLED"
    })
    void hang_up_that_finds_no_call_depends_on_whether_there_was_one(int status, Verdict joined, Verdict neverJoined) {
        assertThat(RetryTable.afterHangUp(refused(status), OrphanGuard.Seen.JOINED))
                .isEqualTo(joined);
        assertThat(RetryTable.afterHangUp(refused(status), OrphanGuard.Seen.NEVER_JOINED))
                .isEqualTo(neverJoined);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504})
    void server_errors_of_creation_are_repeated_on_request(int status) {
        assertThat(RetryTable.afterCreation(refused(status), true)).isEqualTo(Verdict.RETRY);
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1005, 1006, 1011, 1012, 1013, 1014})
    void call_is_joined_again_when_its_server_went_away(int code) {
        assertThat(RetryTable.rejoinsAfter(code)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1002, 1003, 1007, 1008, 1009, 1010, 1015, 3000, 4000, 4999})
    void other_close_codes_end_the_conversation(int code) {
        assertThat(RetryTable.rejoinsAfter(code)).isFalse();
    }

    @Test
    void socket_that_ended_without_a_close_frame_is_joined_again_unless_we_broke_it_off() {
        assertThat(RetryTable.rejoinsAfter(Fault.CONNECTION_LOST)).isTrue();
        assertThat(RetryTable.rejoinsAfter(Fault.WRITE_TIMEOUT)).isTrue();
        assertThat(RetryTable.rejoinsAfter(Fault.PROTOCOL_VIOLATION)).isFalse();
        assertThat(RetryTable.rejoinsAfter(Fault.MESSAGE_TOO_BIG)).isFalse();
    }

    private static StepFailure network(Fault fault, boolean mayHaveReached) {
        return StepFailure.network(new TransportException(fault, "test"), mayHaveReached);
    }

    private static StepFailure refused(int status) {
        return StepFailure.refused(status, Optional.empty(), new TransportException(Fault.CALL_REJECTED, "test"));
    }
}
