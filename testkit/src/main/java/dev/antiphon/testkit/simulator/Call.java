package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.AssistantSession;
import dev.antiphon.testkit.simulator.assistant.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call that was created by {@code POST …/calls} or came in by telephone. It lives until it is hung up or ended; a sideband that
 * goes away does not end it. {@code toString} shows the end of the id only. Safe for use by any thread.
 */
public final class Call {
    /** How a call stands. */
    public enum State {
        /** It came in by telephone and waits to be accepted or rejected. */
        RINGING,
        /** Nobody ended it: an orphan, if nobody means to use it. */
        LIVE,
        /** The client turned it away. */
        REJECTED,
        /** The client hung up. */
        HUNG_UP,
        /** The caller's media went away: closed, failed, or silent for too long to be still there. */
        LEFT,
        /** The server ended it. */
        ENDED
    }

    private record Caller(String from, String to, Instant at) {}

    private final CallLedger ledger;
    private Optional<Caller> caller = Optional.empty();
    private final String id;
    private final ReceivedRequest request;
    private volatile Credential owner;
    private final String offer;
    private volatile Optional<String> session;
    private volatile Optional<AssistantSession> assistant;

    private volatile String answer = "";
    private volatile State state;
    private volatile OptionalInt rejectedWith = OptionalInt.empty();
    private volatile Optional<String> referredTo = Optional.empty();
    private volatile boolean visible;
    private volatile MediaLeg media = MediaLeg.of("");

    Call(
            CallLedger ledger,
            String id,
            ReceivedRequest request,
            Credential owner,
            String offer,
            Optional<String> session,
            AssistantSession assistant,
            boolean visible) {
        this.ledger = ledger;
        this.id = id;
        this.request = request;
        this.owner = owner;
        this.offer = offer;
        this.session = session;
        this.assistant = Optional.of(assistant);
        this.visible = visible;
        state = State.LIVE;
    }

    /** A call that comes in by telephone; it belongs to nobody until it is accepted. */
    Call(CallLedger ledger, String id, String from, String to, Instant at) {
        this.ledger = ledger;
        this.id = id;
        this.caller = Optional.of(new Caller(from, to, at));
        request = new ReceivedRequest("", "", "", Map.of(), List.of(), Credential.NONE, new byte[0]);
        owner = Credential.STRANGER;
        offer = "";
        session = Optional.empty();
        assistant = Optional.empty();
        visible = true;
        state = State.RINGING;
    }

    public String id() {
        return id;
    }

    /** The request that created it; for a call by telephone an empty one. */
    public ReceivedRequest request() {
        return request;
    }

    /** The offer as it arrived, byte for byte. */
    public String offer() {
        return offer;
    }

    /** The answer that was made for it. */
    public String answer() {
        return answer;
    }

    /** What the media of this call measured so far; all zero unless the simulator carries media. */
    public MediaFigures figures() {
        return media.figures();
    }

    /** The session part of the request as it arrived; empty for a bare SDP request. */
    public Optional<String> session() {
        return session;
    }

    public State state() {
        return state;
    }

    public boolean isLive() {
        return state == State.LIVE;
    }

    /**
     * The body of the webhook {@code realtime.call.incoming} for a call that came in by telephone.
     *
     * @throws IllegalStateException if it did not
     */
    public String incomingEvent() {
        Caller from = caller.orElseThrow(() -> new IllegalStateException("this call did not come in by telephone"));
        ObjectNode event = Json.object();
        event.put("object", "event");
        event.put("id", "evt_" + id.substring(id.indexOf('_') + 1));
        event.put("type", "realtime.call.incoming");
        event.put("created_at", from.at().getEpochSecond());
        ObjectNode data = event.putObject("data").put("call_id", id);
        ArrayNode headers = data.putArray("sip_headers");
        headers.addObject().put("name", "From").put("value", "sip:" + from.from() + "@sip.example.test");
        headers.addObject().put("name", "To").put("value", "sip:" + from.to() + "@sip.example.test");
        return Json.write(event);
    }

    /** The SIP status with which the client rejected this call; empty if it did not. */
    public OptionalInt rejectedWith() {
        return rejectedWith;
    }

    /** Where the client referred this call last; empty if it did not. */
    public Optional<String> referredTo() {
        return referredTo;
    }

    /** From now on joins and hang-ups find this call. Calls are visible at once unless the simulator hides new ones. */
    public void reveal() {
        visible = true;
    }

    /** From now on joins and hang-ups get 404, as if the call were not known. */
    public void hide() {
        visible = false;
    }

    /** Ends the call from the server's side: its sidebands are closed with 1000. */
    public void end() {
        ledger.end(this, State.ENDED);
    }

    /**
     * The caller presses keys of the telephone, one after the other.
     *
     * @param keys of 0-9, *, #, A-D
     */
    public void press(String keys) {
        if (!keys.matches("[0-9*#A-D]*")) {
            throw new IllegalArgumentException("a telephone has the keys 0-9, *, #, A-D");
        }
        ledger.execute(() -> keys.codePoints()
                .mapToObj(Character::toString)
                .forEach(key -> assistant.ifPresent(session -> session.press(key))));
    }

    /** From now on it belongs to nobody who can ask for it. */
    void disown() {
        owner = Credential.STRANGER;
    }

    boolean isVisible() {
        return visible;
    }

    Credential owner() {
        return owner;
    }

    /** Confined to the loop; empty while the call rings and after it was rejected. */
    Optional<AssistantSession> assistant() {
        return assistant;
    }

    boolean isByTelephone() {
        return caller.isPresent();
    }

    void accepted(Credential by, String sessionJson, AssistantSession begun) {
        owner = by;
        session = Optional.of(sessionJson);
        assistant = Optional.of(begun);
        state = State.LIVE;
    }

    void rejected(int sipStatus) {
        rejectedWith = OptionalInt.of(sipStatus);
        state = State.REJECTED;
    }

    void referred(String targetUri) {
        referredTo = Optional.of(targetUri);
    }

    void answered(MediaLeg leg) {
        media = leg;
        answer = leg.answer();
    }

    MediaLeg media() {
        return media;
    }

    void become(State end) {
        state = end;
    }

    @Override
    public String toString() {
        return "Call[…" + id.substring(Math.max(0, id.length() - 4)) + ", " + state + "]";
    }
}
