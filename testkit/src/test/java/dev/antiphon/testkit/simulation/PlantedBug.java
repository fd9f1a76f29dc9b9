package dev.antiphon.testkit.simulation;

import dev.antiphon.testkit.history.Guarantee;
import org.jspecify.annotations.Nullable;

/**
 * Defects that are planted on purpose, one at a time, to see that they are found: the seed's weak points
 * first (their numbers are kept), then others of the same kind.
 */
enum PlantedBug {
    PAUSE_IGNORED("D-01", Guarantee.C1, "a transport goes on delivering while reading is paused"),
    START_DEAF_TO_STOP("D-02", Guarantee.L2, "a stop during call creation is forgotten"),
    END_LOST_BEFORE_REGISTRATION("D-03", Guarantee.L1, "an end that comes before anything else is never told"),
    CONFLICT_ENDS("D-04", Guarantee.C1, "the conflict of two responses ends the conversation"),
    EVERY_ERROR_ENDS("D-05", Guarantee.C1, "any error of the server ends the conversation"),
    NO_HANG_UP("D-06", Guarantee.L4, "calls are never hung up"),
    FORBIDDEN_TRIED_AGAIN("D-07", Guarantee.R1, "a join that was refused for good is tried again"),
    CREATION_REPEATED("D-07", Guarantee.L4, "a call creation without an answer is sent again"),
    TRUNCATED_AT_RECEIVED("D-08", null, "an interruption truncates at what was received, not at what was heard"),
    NO_REJOIN("D-09", Guarantee.C1, "a lost sideband ends the conversation"),
    REPLACED_WITHOUT_END("D-10", null, "a replaced conversation hears no end"),
    END_TOLD_TWICE("D-11", Guarantee.L1, "a second stop tells the end a second time"),
    ALWAYS_THE_APPLICATION("D-12", Guarantee.C1, "every end is ascribed to the application"),
    LOSS_INVISIBLE("D-13", Guarantee.N5, "an offer of audio always says that it was taken"),
    NO_OUTCOME_AT_STOP("D-14", Guarantee.N1, "what waits when the application stops gets no outcome"),
    DROPPED_WITHOUT_CLOSE("D-15", Guarantee.C2, "a stop drops the socket without a close frame"),
    AUDIO_FIRST("D-16", Guarantee.W2, "audio passes texts that were there before"),
    ONE_LISTENER_FOR_ALL("D-17", Guarantee.L7, "all conversations share one listener"),
    PHASES_UNTOLD("D-18", Guarantee.P1, "nobody hears that the sideband stands"),
    ANSWER_THROWN_AWAY("D-19", Guarantee.L6, "an answer without Location is thrown away"),
    OTHER_HOST_JOINED("D-20", Guarantee.C1, "the join goes to another place than the call creation"),
    ANSWER_UNCHECKED("D-21", Guarantee.L6, "a page of HTML is handed over as an SDP answer"),
    CONTENT_IN_LOGS("D-22", null, "events are logged with their content"),
    EVENT_DROPPED("D-23", Guarantee.E1, "one event is lost between two that arrive"),
    FLAGS_DISAGREE("D-24", Guarantee.L3, "a join that finishes after the stop is used all the same"),
    WALL_CLOCK("D-25", null, "pauses depend on the machine's clock, so that no run is like another"),
    CONTEXT_FIRST("D-26", Guarantee.S1, "the start gathers context before it goes to the network"),

    ANSWER_WAITS_FOR_JOIN("", Guarantee.L6, "the answer is handed over when the sideband stands"),
    EVENT_WRITTEN_TWICE("", Guarantee.N2, "a writer repeats an item"),
    EVENT_SWALLOWED("", Guarantee.N3, "a writer says written and writes nothing"),
    EVENTS_CHANGE_PLACES("", Guarantee.N2, "a writer lets the next item pass"),
    FRAME_WRITTEN_TWICE("", Guarantee.N2, "a writer repeats a frame"),
    DOUBT_DENIED("", Guarantee.N3, "a write that may have arrived is reported as not written"),
    DOUBT_INVENTED("", Guarantee.N3, "a write that surely failed is reported as unclear"),
    NO_GREETING("", Guarantee.W1, "a fresh socket is not greeted with session.update"),
    OLD_EVENT_REPEATED("", Guarantee.E1, "an event of the old socket comes again on the new one"),
    TWO_SOCKETS("", Guarantee.L5, "a second socket is joined while the first stands"),
    LATE_CALL_FORGOTTEN("", Guarantee.L4, "a call that is created after the stop is left alone"),
    HANG_UP_GIVEN_UP("", Guarantee.L4, "a failed hang-up is neither repeated nor reported"),
    SOCKET_LEFT("", Guarantee.L3, "the end is reported and the socket left open"),
    EVENT_AFTER_THE_END("", Guarantee.L1, "the last event comes again behind the end"),
    FALSE_ACKNOWLEDGEMENT("", Guarantee.N3, "an item counts as acknowledged when it was written"),
    REJECTION_SOFTENED("", Guarantee.N3, "a rejected item counts as acknowledged"),
    TAKEN_AFTER_THE_END("", Guarantee.N4, "a text after the end is accepted"),
    OUTCOME_TOO_LATE("", Guarantee.N1, "an outcome takes six seconds longer"),
    OUTCOME_LOST("", Guarantee.N1, "one receipt in ten never completes"),
    STOP_TOO_SLOW("", Guarantee.L2, "a stop waits three seconds before it begins"),
    SUMMARY_FORGETS("", Guarantee.N5, "the summary misses a text"),
    REFUSAL_WITHOUT_NAME("", Guarantee.N4, "a full lane does not say what it refused");

    private final String seedId;
    private final @Nullable Guarantee breaks;
    private final String what;

    PlantedBug(String seedId, @Nullable Guarantee breaks, String what) {
        this.seedId = seedId;
        this.breaks = breaks;
        this.what = what;
    }

    /** The seed's number, or nothing. */
    String seedId() {
        return seedId;
    }

    /** The promise that it breaks in some seeds; null where a scenario of its own finds it. */
    @Nullable
    Guarantee breaks() {
        return breaks;
    }

    /** The defect in half a sentence. */
    String what() {
        return what;
    }
}
