package dev.antiphon.core;

import dev.antiphon.core.port.ConversationObserver.LaneState;
import dev.antiphon.core.port.ConversationObserver.ObservedConversation;
import java.time.Duration;
import java.util.List;

/** What observers see of one conversation. */
final class LaneObservation implements ObservedConversation {
    private final String id;
    private final String transport;
    private final ConversationEngine engine;

    LaneObservation(String id, String transport, ConversationEngine engine) {
        this.id = id;
        this.transport = transport;
        this.engine = engine;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String transport() {
        return transport;
    }

    @Override
    public List<LaneState> lanes() {
        return engine.read(() -> List.of(
                state(InputReceipt.Kind.TEXT.lane(), engine.lanes.text.ring),
                state(InputReceipt.Kind.HANDOFF.lane(), engine.lanes.handoff.ring),
                state("audio", engine.lanes.audio.ring)));
    }

    private LaneState state(String lane, InputRing ring) {
        Duration oldest = ring.isEmpty() ? Duration.ZERO : Duration.ofNanos(engine.now() - ring.time(0));
        return new LaneState(lane, ring.size(), ring.bytes(), oldest);
    }
}
