package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes down what it hears, in a word each, then does what the test wants. */
final class RecordingListener implements ConversationListener {
    private final List<String> heard = new ArrayList<>();
    private volatile Consumer<String> reaction = word -> {};

    RecordingListener() {}

    /** Does something after each call was written down. */
    RecordingListener then(Consumer<String> whatNext) {
        reaction = whatNext;
        return this;
    }

    synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    /** The ends among it. */
    List<String> ends() {
        return heard().stream().filter(word -> word.startsWith("closed")).toList();
    }

    private void hear(String word) {
        synchronized (this) {
            heard.add(word);
        }
        reaction.accept(word);
    }

    @Override
    public void onStarted(Conversation conversation) {
        hear("started");
    }

    @Override
    public void onPhase(Phase phase) {
        hear(phase.name());
    }

    @Override
    public void onAnswer(SdpAnswer answer) {
        hear("answer");
    }

    @Override
    public void onJoining(int attempt) {
        hear("joining " + attempt);
    }

    @Override
    public void onEvent(ServerEvent event) {
        hear(event.type());
    }

    @Override
    public void onToolCall(ToolCall call) {
        hear("call " + call.callId());
    }

    @Override
    public void onAudioDropped(AudioDrop drop) {
        hear(drop.recovered() ? "recovered" : "dropped " + (drop.overflow() + drop.stale()));
    }

    @Override
    public void onExpiring(Duration left) {
        hear("expiring in " + left.toSeconds() + " s");
    }

    @Override
    public void onClosed(Closure closure) {
        hear("closed " + closure.initiator());
    }
}
