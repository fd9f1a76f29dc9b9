package dev.antiphon.core;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The catalogue of error codes against everything that should agree with it: the sources that create
 * them, the tests that provoke them, the page that explains them.
 *
 * <p>After a change of {@link Fault} write the page anew:
 * {@code mvn -Dfast -pl core test -Dtest=ErrorCatalogueTest -Derrors=write}.
 */
class ErrorCatalogueTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/errors.md");

    /** A test that makes each of them happen. */
    private static final Map<Fault, String> PROVOKED_BY = Map.ofEntries(
            entry(Fault.REQUEST_INVALID, "OfferCheckTest.data_channel_is_refused_for_calls_that_the_server_controls"),
            entry(Fault.CONNECT_FAILED, "TalkCommandIT.a_server_that_refuses_connections_fails_in_one_line"),
            entry(Fault.CONNECT_TIMEOUT, "ProxyIT.a_silent_proxy_is_a_connect_timeout"),
            entry(Fault.TLS_TIMEOUT, "TlsIT.silence_in_the_handshake_is_a_tls_timeout"),
            entry(Fault.TLS_REFUSED, "TlsIT.a_server_known_to_nobody_is_refused_and_sees_no_credential"),
            entry(Fault.UPGRADE_REFUSED, "TalkCommandIT.a_server_that_answers_with_a_web_page_fails_in_one_line"),
            entry(Fault.UPGRADE_TIMEOUT, "UpgradeIT.silence_after_the_request_is_an_upgrade_timeout"),
            entry(
                    Fault.ENDPOINT_UNAVAILABLE,
                    "CallCreationTest.new_start_is_refused_at_once_and_works_again_after_the_pause"),
            entry(Fault.THROTTLED, "CallCreationTest.wait_past_the_deadline_fails_at_once_and_names_it"),
            entry(
                    Fault.CREDENTIALS_UNAVAILABLE,
                    "UpgradeIT.credentials_that_fail_end_the_dial_before_the_network_without_their_text"),
            entry(Fault.CALL_REJECTED, "CallCreationTest.refusal_is_final_and_names_the_status"),
            entry(
                    Fault.CALL_OUTCOME_UNKNOWN,
                    "CallCreationTest.request_that_may_have_arrived_is_not_repeated_and_is_reported"),
            entry(Fault.BAD_CALL_RESPONSE, "CallCreationTest.hostile_location_is_no_call_id"),
            entry(Fault.BAD_ANSWER, "CallCreationTest.bad_answer_ends_the_start_and_hangs_the_call_up"),
            entry(Fault.DUPLICATE_CALL_ID, "SidebandStartIT.same_id_for_two_conversations_is_held_by_the_first_only"),
            entry(Fault.SIDEBAND_NOT_JOINED, "SidebandJoinTest.fault_that_stays_ends_at_once"),
            entry(
                    Fault.POSSIBLE_ORPHAN,
                    "CallCreationTest.request_that_may_have_arrived_is_not_repeated_and_is_reported"),
            entry(Fault.CONNECTION_LOST, "FenceTest.a_late_completion_of_a_lost_sockets_write_settles_nothing"),
            entry(Fault.CLOSED_BY_SERVER, "StopTest.a_close_of_the_server_names_its_code"),
            entry(Fault.PROTOCOL_VIOLATION, "UpgradeIT.a_101_that_does_not_prove_itself_is_a_protocol_violation"),
            entry(Fault.MESSAGE_TOO_BIG, "SocketReceivingIT.a_message_over_the_limit_closes_with_1009"),
            entry(
                    Fault.WRITE_TIMEOUT,
                    "SocketWritingIT.a_server_that_stops_reading_is_given_up_after_the_write_timeout"),
            entry(Fault.SESSION_EXPIRED, "EventsTest.an_error_that_no_session_survives_is_told_before_the_end"),
            entry(
                    Fault.SESSION_REFUSED,
                    "EventsTest.an_error_about_key_account_or_quota_ends_the_conversation_for_good"),
            entry(
                    Fault.CONSUMER_STALLED,
                    "EventsTest.a_listener_that_blocks_beyond_the_stall_limit_ends_its_conversation"),
            entry(Fault.CALLER_INACTIVE, "SidebandRejoinIT.caller_who_left_is_noticed_and_the_call_ended"),
            entry(Fault.TRANSPORT_DEFECT, "ConversationSlotTest.a_start_whose_transport_breaks_has_an_end_of_its_own"),
            entry(Fault.INTERNAL, "NetworkFaultsTest.what_is_no_fault_of_the_network_is_ours"),
            entry(
                    Fault.LANE_FULL,
                    "LanesTest.the_first_text_beyond_capacity_is_refused_and_those_before_arrive_in_order"),
            entry(Fault.WAIT_EXPIRED, "LanesTest.a_sender_that_waits_for_room_is_refused_at_its_deadline"),
            entry(Fault.CONVERSATION_CLOSED, "LanesTest.a_stop_releases_a_sender_that_waits_for_room"),
            entry(Fault.UNKNOWN_CALL, "ResponsesTest.an_answer_to_an_unknown_call_or_a_second_one_is_refused"),
            entry(Fault.ALREADY_ANSWERED, "ResponsesTest.an_answer_to_an_unknown_call_or_a_second_one_is_refused"),
            entry(Fault.DROPPED_BY_POLICY, "LanesTest.a_lane_that_drops_its_oldest_says_which_and_keeps_the_newest"),
            entry(Fault.STOPPED, "LanesTest.a_stop_discards_what_waits_and_says_how_much"),
            entry(Fault.CONVERSATION_ENDED, "LanesTest.a_failed_join_releases_a_sender_that_waits_for_room"),
            entry(Fault.NOT_ENCODABLE, "LanesTest.an_event_that_has_no_form_on_the_wire_fails_alone"),
            entry(
                    Fault.CONFIRMATION_OVERDUE,
                    "ResponsesTest.a_server_that_says_nothing_about_a_request_frees_the_gate_at_the_deadline"));

    @ParameterizedTest
    @EnumSource(Fault.class)
    void each_code_is_provoked_by_a_test_that_exists_and_names_it(Fault fault) throws IOException {
        String link = linkOf(fault);

        String source = Files.readString(testFile(link));

        assertThat(methodIn(source, methodOf(link))).as("text of %s", link).contains(fault.name());
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void each_code_is_created_by_some_source(Fault fault) {
        Pattern name = Pattern.compile("\\bFault\\." + fault + "\\b");

        assertThat(sources("main"))
                .filteredOn(file -> !file.endsWith("ErrorCatalogueTest.java"))
                .anyMatch(file -> name.matcher(read(file)).find());
    }

    @Test
    void each_reason_of_an_outcome_is_a_code_of_the_same_name() {
        assertThat(Outcome.Reason.values())
                .allSatisfy(reason -> assertThat(reason.fault().name()).isEqualTo(reason.name()));
    }

    @Test
    void each_code_that_a_test_expects_as_text_is_in_the_catalogue() {
        Pattern asText = Pattern.compile("(?:NOT_SENT|UNKNOWN)\\(([A-Z_]+)\\)|\"([A-Z]+_[A-Z_]+): ");
        Set<String> known = Arrays.stream(Fault.values()).map(Fault::name).collect(Collectors.toSet());

        Set<String> seen = new TreeSet<>();
        for (Path file : sources("test")) {
            asText.matcher(read(file)).results().map(ErrorCatalogueTest::code).forEach(seen::add);
        }

        assertThat(seen).contains("LANE_FULL", "CONNECT_FAILED").isSubsetOf(known);
    }

    private static String code(MatchResult match) {
        return match.group(1) == null ? match.group(2) : match.group(1);
    }

    @Test
    void the_page_is_the_catalogue() throws IOException {
        String page = page();
        if ("write".equals(System.getProperty("errors"))) {
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE))
                .as("docs/errors.md differs from Fault; write it anew with -Derrors=write")
                .isEqualTo(page);
    }

    // ------------------------------------------------------------------ the page

    private static String page() {
        List<String> lines = new ArrayList<>(List.of(
                "# Error codes",
                "",
                "Everything that can go wrong has a stable code, an element of `dev.antiphon.core.model.Fault`. You find it in",
                "`Closure.fault()` (how a conversation ended), in `Outcome.NotSent` and `Outcome.Unknown` (what became of an",
                "item), in exceptions and in the logs. *Again?* says whether the same attempt can succeed later: **no** (it",
                "fails until something is changed), **yes** (later, and repeating is safe), **careful** (repeating may do",
                "something twice). The last column names a test that makes it happen.",
                "",
                "Which errors reported by the server end a conversation is the table of `ErrorPolicy.standard()`.",
                "",
                "This page is made from `Fault.java` and compared with it by `ErrorCatalogueTest`, whose comment says how to",
                "write it anew.",
                "",
                "| Code | What happened | What to do | Again? | Seen in |",
                "|---|---|---|---|---|"));
        for (Fault fault : Fault.values()) {
            lines.add(row(fault));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String row(Fault fault) {
        String link = linkOf(fault);
        String file = ROOT.relativize(testFile(link)).toString().replace('\\', '/');
        return "| `" + fault + "` | " + fault.cause() + " | " + fault.remedy() + " | " + again(fault.retry()) + " | ["
                + methodOf(link).replace('_', ' ') + "](../" + file + ") |";
    }

    private static String again(Fault.Retry retry) {
        return switch (retry) {
            case NEVER -> "no";
            case LATER -> "yes";
            case UNSAFE -> "careful";
        };
    }

    // ------------------------------------------------------------------ sources

    private static String linkOf(Fault fault) {
        return Objects.requireNonNull(PROVOKED_BY.get(fault), () -> "no test is linked to " + fault);
    }

    private static Path testFile(String link) {
        String name = link.substring(0, link.indexOf('.')) + ".java";
        return sources("test").stream()
                .filter(file -> file.getFileName().toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no module has a test " + name));
    }

    private static String methodOf(String link) {
        return link.substring(link.indexOf('.') + 1);
    }

    /** The text of a test, up to the next one; its annotations are not part of it. */
    private static String methodIn(String source, String method) {
        int from = source.indexOf("void " + method + "(");
        assertThat(from).as("a test %s", method).isNotNegative();
        String rest = source.substring(from);
        return Pattern.compile("\n\\s*@(Test|ParameterizedTest|RepeatedTest|Nested)\\b")
                .split(rest, 2)[0];
    }

    /** All Java files of a kind, of all modules. */
    private static List<Path> sources(String kind) {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src").resolve(kind).resolve("java"))
                    .filter(Files::isDirectory)
                    .flatMap(ErrorCatalogueTest::javaFiles)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
