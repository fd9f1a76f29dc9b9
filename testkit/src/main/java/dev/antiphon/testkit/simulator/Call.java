package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.AssistantSession;
import java.util.Optional;

/**
 * A call that was created by {@code POST …/calls}. It lives until it is hung up or ended; a sideband that
 * goes away does not end it. {@code toString} shows the end of the id only. Safe for use by any thread.
 */
public final class Call {
    /** How a call stands. */
    public enum State {
        /** Nobody ended it: an orphan, if nobody means to use it. */
        LIVE,
        /** The client hung up. */
        HUNG_UP,
        /** The caller's media went away: closed, failed, or silent for too long to be still there. */
        LEFT,
        /** The server ended it. */
        ENDED
    }

    private final CallLedger ledger;
    private final String id;
    private final ReceivedRequest request;
    private final Credential owner;
    private final String offer;
    private final Optional<String> session;
    /** Confined to the loop. */
    private final AssistantSession assistant;

    private volatile String answer = "";
    private volatile State state = State.LIVE;
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
        this.assistant = assistant;
        this.visible = visible;
    }

    public String id() {
        return id;
    }

    /** The request that created it. */
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

    /** From now on joins find this call. Calls are visible at once unless the simulator hides new ones. */
    public void reveal() {
        visible = true;
    }

    /** From now on joins get 404, as if the call were not known. */
    public void hide() {
        visible = false;
    }

    /** Ends the call from the server's side: its sidebands are closed with 1000. */
    public void end() {
        ledger.end(this, State.ENDED);
    }

    boolean isVisible() {
        return visible;
    }

    Credential owner() {
        return owner;
    }

    AssistantSession assistant() {
        return assistant;
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
