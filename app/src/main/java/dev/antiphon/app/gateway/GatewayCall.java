package dev.antiphon.app.gateway;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Phase;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.TranscriptEntry;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One call of one client. Safe for use by any thread. */
final class GatewayCall {
    private final String id;
    private final String client;
    private final EventLog log;
    private final CallNarrator narrator;
    private volatile Optional<Conversation> conversation = Optional.empty();
    private volatile boolean hungUp;
    // Guarded by this.
    private int streams;
    private long silentSince = System.nanoTime();

    /**
     * A call that has not begun.
     *
     * @param id the only name that ever reaches a browser; impossible to guess
     * @param client whom it belongs to
     */
    GatewayCall(String id, String client, GatewayLimits.Streams limits, List<GatewayTool> tools) {
        this.id = id;
        this.client = client;
        this.log = new EventLog(limits.eventsKept(), limits.bytesKept(), this::snapshot);
        this.narrator = new CallNarrator(log, tools);
    }

    String id() {
        return id;
    }

    String client() {
        return client;
    }

    EventLog log() {
        return log;
    }

    /** Creates the call at the provider; one that was hung up before ends at once. Called once. */
    Conversation begin(Provider provider, SessionConfig session, SdpOffer offer) {
        Conversation started = provider.conversations().start(StartRequest.withOffer(session, offer), narrator);
        conversation = Optional.of(started);
        // Either this sees the flag or hangUp sees the conversation.
        if (hungUp) {
            started.close();
        }
        return started;
    }

    CompletionStage<SdpAnswer> answer() {
        return live().answer();
    }

    /** Says a typed text and asks the model to answer it. */
    Receipt type(String text) {
        Receipt receipt = live().sendText(text);
        if (receipt.isAccepted()) {
            narrator.typed(receipt, text);
            narrator.asked(live().requestResponse());
        }
        return receipt;
    }

    CompletionStage<Void> interrupt() {
        return live().interrupt();
    }

    /** Ends the call; one that is just being created ends as soon as it can. Idempotent. */
    void hangUp() {
        hungUp = true;
        conversation.ifPresent(Conversation::close);
    }

    /** Takes a place for an event stream, if there is one left. */
    synchronized boolean admitStream(int most) {
        if (streams >= most) {
            return false;
        }
        streams++;
        return true;
    }

    /** An event stream has ended. */
    synchronized void releaseStream() {
        streams--;
        silentSince = System.nanoTime();
    }

    /** For how long nobody has listened. */
    synchronized long silentMillis() {
        return streams > 0 ? 0 : (System.nanoTime() - silentSince) / 1_000_000;
    }

    private Conversation live() {
        return conversation.orElseThrow(() -> new IllegalStateException("the call has not begun"));
    }

    /** The state as one JSON object, for a browser that missed what led to it. */
    private String snapshot() {
        ObjectNode state = Json.object();
        state.put(
                "phase",
                conversation.map(Conversation::phase).orElse(Phase.OPENING).name());
        ArrayNode transcript = state.putArray("transcript");
        for (TranscriptEntry entry : conversation.map(Conversation::transcript).orElse(List.of())) {
            transcript
                    .addObject()
                    .put("item", entry.itemId())
                    .put("role", entry.role().wire())
                    .put("text", entry.text())
                    .put("complete", entry.isComplete());
        }
        return state.toString();
    }
}
