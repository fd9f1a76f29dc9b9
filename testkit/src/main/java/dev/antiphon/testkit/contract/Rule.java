package dev.antiphon.testkit.contract;

import static dev.antiphon.testkit.contract.Capability.CALL_CREATION;
import static dev.antiphon.testkit.contract.Capability.HANGS_UP;
import static dev.antiphon.testkit.contract.Capability.PONGS_WHILE_PAUSED;
import static dev.antiphon.testkit.contract.Capability.REJOINS;
import static dev.antiphon.testkit.contract.Capability.RETRIES_JOIN;
import static dev.antiphon.testkit.contract.Capability.SHARED_THREADS;
import static dev.antiphon.testkit.contract.Capability.WIRE;

import java.util.Set;

/**
 * The rules of {@code dev.antiphon.core.port}, one sentence each. Ids are stable: a rule that goes
 * away leaves its number unused.
 */
public enum Rule {
    OPEN_RETURNS_AT_ONCE(1, RuleGroup.LIFECYCLE, "open returns while the peer still holds the connection"),
    OPEN_THROWS_NOTHING(2, RuleGroup.LIFECYCLE, "open throws nothing when nobody listens: the fault arrives as closed"),
    UNSERVED_IS_CLOSED(3, RuleGroup.LIFECYCLE, "a start that the adapter cannot serve ends in closed"),
    TRAITS_STAY(4, RuleGroup.LIFECYCLE, "traits have a name and stay the same"),
    START_STANDS(5, RuleGroup.LIFECYCLE, "a start ends in one standing socket and one drainTo"),
    CLOSED_ONCE(6, RuleGroup.LIFECYCLE, "closed is reported exactly once"),
    CLOSED_IS_LAST(7, RuleGroup.LIFECYCLE, "closed is last"),
    MANY_AT_ONCE(8, RuleGroup.LIFECYCLE, "one transport carries many conversations at once"),
    NO_MIXING(9, RuleGroup.LIFECYCLE, "conversations do not mix"),
    NEXT_OPENS(10, RuleGroup.LIFECYCLE, "a new conversation opens after another one ended"),
    OPEN_FROM_ANY_THREAD(11, RuleGroup.LIFECYCLE, "open may be called by several threads at once"),

    ANSWER_FIRST(12, RuleGroup.GRAMMAR, "the answer comes before everything else", CALL_CREATION),
    ANSWER_ONCE(13, RuleGroup.GRAMMAR, "the answer comes at most once", CALL_CREATION),
    ANSWER_BEFORE_JOIN(14, RuleGroup.GRAMMAR, "the answer comes while the join is held", CALL_CREATION),
    ANSWER_UNCHANGED(15, RuleGroup.GRAMMAR, "the answer is the server's text, byte for byte", CALL_CREATION),
    NO_OFFER_NO_ANSWER(16, RuleGroup.GRAMMAR, "without an offer there is no answer", Capability.DIRECT),
    JOIN_ANNOUNCED(17, RuleGroup.GRAMMAR, "an attempt to join is announced when it begins", CALL_CREATION),
    ATTEMPTS_COUNT(18, RuleGroup.GRAMMAR, "attempts count from 1, one by one"),
    DRAIN_WAITS(19, RuleGroup.GRAMMAR, "drainTo waits until the control socket stands"),
    DRAIN_PER_SOCKET(20, RuleGroup.GRAMMAR, "drainTo comes exactly once for each control socket"),
    EVENT_AFTER_DRAIN(21, RuleGroup.GRAMMAR, "no event comes before drainTo"),

    DRAINED_INPUT_ARRIVES(22, RuleGroup.ORDER, "input that waited for the socket arrives when it stands"),
    INPUT_ORDER(23, RuleGroup.ORDER, "input arrives in the order of writing, each event once"),
    EVENT_ORDER(24, RuleGroup.ORDER, "events arrive in the order of sending, each event once"),
    BOTH_WAYS(25, RuleGroup.ORDER, "input and events keep their order when both flow"),
    EVENTS_BEFORE_CLOSE(26, RuleGroup.ORDER, "what the server sent before its close comes before closed"),
    FIRST_EVENT_KEPT(27, RuleGroup.ORDER, "an event sent right after the upgrade is not lost"),
    LARGE_INPUT(28, RuleGroup.ORDER, "a large input arrives whole and in its place"),
    LARGE_EVENT(29, RuleGroup.ORDER, "a large event arrives whole and in its place"),
    TEXT_UNCHANGED(30, RuleGroup.ORDER, "text arrives unchanged"),
    EVENT_UNCHANGED(96, RuleGroup.ORDER, "the text of an event arrives unchanged"),
    FRAGMENTS_JOIN(97, RuleGroup.ORDER, "a message in several frames is one event", WIRE),

    WRITE_COMPLETES(31, RuleGroup.WRITING, "a write completes once the socket has taken it"),
    WRITE_NEVER_BLOCKS(32, RuleGroup.WRITING, "write returns at once, also when the peer does not read"),
    WRITE_HAS_OUTCOME(33, RuleGroup.WRITING, "every write has an outcome once the connection has ended"),
    WRITE_AFTER_END(34, RuleGroup.WRITING, "a write after the end fails as not written"),
    NOT_WRITTEN_IS_TRUE(35, RuleGroup.WRITING, "what failed as not written did not arrive"),
    BURST_ARRIVES(36, RuleGroup.WRITING, "a burst arrives whole after its flush"),
    WRITE_FROM_ANY_THREAD(37, RuleGroup.WRITING, "writes come from any thread"),
    NO_FORM_LIVES(98, RuleGroup.WRITING, "an event that cannot be written is given up alone", WIRE),
    WRITTEN_ARRIVES(94, RuleGroup.WRITING, "what completed as written arrives before an orderly close"),

    NO_OVERLAP(38, RuleGroup.CONCURRENCY, "calls never overlap"),
    CLOSE_STORM(39, RuleGroup.CONCURRENCY, "close from many threads at once is one end"),
    CLOSE_MEETS_CLOSE(40, RuleGroup.CONCURRENCY, "our close and the server's close together are one end"),
    CLOSE_MEETS_SOCKET(41, RuleGroup.CONCURRENCY, "close while the socket rises is one end"),
    CLOSE_IN_ANSWER(42, RuleGroup.CONCURRENCY, "close works from inside the answer", CALL_CREATION),
    CLOSE_IN_JOINING(43, RuleGroup.CONCURRENCY, "close works from inside joining", CALL_CREATION),
    CLOSE_IN_DRAIN(44, RuleGroup.CONCURRENCY, "close works from inside drainTo"),
    CLOSE_IN_EVENT(45, RuleGroup.CONCURRENCY, "close works from inside an event"),
    CLOSE_IN_CLOSED(46, RuleGroup.CONCURRENCY, "close from inside closed changes nothing"),
    CLOSE_DURING_CALL(99, RuleGroup.CONCURRENCY, "close returns while the listener is busy"),
    PAUSE_STORM(47, RuleGroup.CONCURRENCY, "pause and resume from many threads lose nothing"),

    PAUSE_STOPS(48, RuleGroup.BACK_PRESSURE, "a paused connection stops delivering events"),
    RESUME_DELIVERS(49, RuleGroup.BACK_PRESSURE, "resume delivers everything in order"),
    PAUSE_BEFORE_SOCKET(50, RuleGroup.BACK_PRESSURE, "a pause before the socket stands holds from its first event"),
    WRITES_WHILE_PAUSED(51, RuleGroup.BACK_PRESSURE, "writing goes on while paused"),
    PAUSE_IS_IDEMPOTENT(52, RuleGroup.BACK_PRESSURE, "two pauses need one resume"),
    PONG_WHILE_PAUSED(53, RuleGroup.BACK_PRESSURE, "pings are answered while paused", WIRE, PONGS_WHILE_PAUSED),
    CLOSE_WHILE_PAUSED(54, RuleGroup.BACK_PRESSURE, "close works while paused"),

    STOP_IN_CALL(55, RuleGroup.STOP, "stop ends a running call creation", CALL_CREATION),
    STOP_IN_UPGRADE(56, RuleGroup.STOP, "stop ends a join that is under way"),
    STOP_IN_BACKOFF(57, RuleGroup.STOP, "stop ends the attempts to join", RETRIES_JOIN),
    STOP_LIVE(58, RuleGroup.STOP, "stop ends a live connection"),
    STOP_IN_REJOIN(59, RuleGroup.STOP, "stop ends a re-join", REJOINS),
    STOP_WITH_STUCK_WRITES(60, RuleGroup.STOP, "stop ends a connection whose writes are stuck"),
    STOP_WITH_SILENT_PEER(61, RuleGroup.STOP, "stop ends a connection whose peer never answers the close"),
    STOP_WRITES_NOTHING(62, RuleGroup.STOP, "a start that was stopped before its socket stood writes nothing"),
    FIRST_CLOSE_COUNTS(63, RuleGroup.STOP, "the first close counts"),
    CLOSE_TRAVELS(64, RuleGroup.STOP, "code and text of the closure reach the peer"),
    RESERVED_CODE_STAYS(65, RuleGroup.STOP, "a code that may not travel is sent as 1000"),
    LONG_TEXT_IS_CUT(66, RuleGroup.STOP, "a text longer than a close frame is cut, not refused"),
    NO_SOCKET_LATER(67, RuleGroup.STOP, "no control socket is opened after a stop"),
    STOPPED_CALL_ENDS(68, RuleGroup.STOP, "the call of a stopped start is hung up", CALL_CREATION, HANGS_UP),
    LATE_CALL_ENDS(100, RuleGroup.STOP, "a call that came to be after the stop is hung up", CALL_CREATION, HANGS_UP),
    METHODS_AFTER_END(69, RuleGroup.STOP, "every method is harmless after the end"),
    CLOSE_RETURNS(95, RuleGroup.STOP, "close, pause and resume return at once"),

    NOBODY_LISTENS(70, RuleGroup.FAULTS, "a refused connection ends with its fault"),
    UPGRADE_REFUSED(71, RuleGroup.FAULTS, "an upgrade refused for good ends with its fault after one attempt"),
    UPGRADE_CUT(72, RuleGroup.FAULTS, "a connection cut during the upgrade is joined again or ends with its fault"),
    JOIN_RETRIED(73, RuleGroup.FAULTS, "an attempt that failed for a passing reason is repeated", RETRIES_JOIN),
    CALL_REFUSED(74, RuleGroup.FAULTS, "a refused call ends with its fault and without an answer", CALL_CREATION),
    CALL_CUT(75, RuleGroup.FAULTS, "a call creation that was cut is not repeated", CALL_CREATION),
    BAD_ANSWER(76, RuleGroup.FAULTS, "a body that is no SDP is no answer", CALL_CREATION),
    SERVER_CLOSE(77, RuleGroup.FAULTS, "the server's close ends with its code and text"),
    CLOSE_ADVISES(101, RuleGroup.FAULTS, "the server's close says whether trying again can help"),
    SOCKET_LOST(78, RuleGroup.FAULTS, "a socket lost without a close frame is joined again or ends with its fault"),
    REJOIN_GOES_ON(79, RuleGroup.FAULTS, "after a loss the new socket drains and delivers", REJOINS),
    REJOIN_KEEPS_INPUT(80, RuleGroup.FAULTS, "input that was not written goes to the next socket once", REJOINS),
    OLD_EVENTS_FENCED(102, RuleGroup.FAULTS, "an event of a lost socket never follows the next drainTo", REJOINS),
    OLD_WRITER_FENCED(103, RuleGroup.FAULTS, "the writer of a lost socket writes nothing to the next one", REJOINS),
    FAILED_CALL_ENDS(
            104, RuleGroup.FAULTS, "the call of a start that could not be joined is hung up", CALL_CREATION, HANGS_UP),
    BAD_EVENT_LIVES(81, RuleGroup.FAULTS, "an unreadable event does not end the connection", WIRE),
    BINARY_LIVES(82, RuleGroup.FAULTS, "a binary message does not end the connection", WIRE),
    ERROR_EVENT_LIVES(83, RuleGroup.FAULTS, "an error event does not end the connection"),
    NO_SECRETS(84, RuleGroup.FAULTS, "an end tells no secret"),

    NO_SOCKET_LEFT(85, RuleGroup.LEAKS, "an ended conversation leaves no socket"),
    NO_THREAD_LEFT(86, RuleGroup.LEAKS, "a closed transport leaves no thread"),
    FEW_THREADS(87, RuleGroup.LEAKS, "conversations share threads", SHARED_THREADS),
    NOT_RETAINED(88, RuleGroup.LEAKS, "an ended conversation is not kept in memory"),

    SESSION_UPDATE_FIRST(89, RuleGroup.ENGINE, "session.update is the first frame of a socket"),
    QUEUED_TEXT_FOLLOWS(90, RuleGroup.ENGINE, "text sent before the join follows session.update, once and in order"),
    LANES_KEEP_ORDER(91, RuleGroup.ENGINE, "each lane keeps its order"),
    RECEIPTS_ARE_TRUE(92, RuleGroup.ENGINE, "receipts agree with what arrived"),
    STOP_ACCOUNTS(93, RuleGroup.ENGINE, "a stop before the join accounts for every accepted input");

    private final int number;
    private final RuleGroup group;
    private final String sentence;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
    private final Set<Capability> needs;

    Rule(int number, RuleGroup group, String sentence, Capability... needs) {
        this.number = number;
        this.group = group;
        this.sentence = sentence;
        this.needs = Set.of(needs);
    }

    /** Stable id: {@code RT-07}. */
    public String id() {
        return (number < 10 ? "RT-0" : "RT-") + number;
    }

    /** The rule in one sentence. */
    public String sentence() {
        return sentence;
    }

    /** The chapter it belongs to. */
    public RuleGroup group() {
        return group;
    }

    /** What an adapter must declare for this rule to apply. */
    public Set<Capability> needs() {
        return needs;
    }

    /** Id and sentence. */
    @Override
    public String toString() {
        return id() + " " + sentence;
    }
}
