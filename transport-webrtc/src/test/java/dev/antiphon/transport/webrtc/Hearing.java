package dev.antiphon.transport.webrtc;

import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.Phase;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps everything that a conversation's listener hears, in order. */
final class Hearing implements ConversationListener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<ServerEvent> events = new CopyOnWriteArrayList<>();
    final List<Closure> closures = new CopyOnWriteArrayList<>();

    @Override
    public void onPhase(Phase phase) {
        heard.add(phase.name());
    }

    @Override
    public void onAnswer(SdpAnswer answer) {
        heard.add("answer");
    }

    @Override
    public void onJoining(int attempt) {
        heard.add("joining " + attempt);
    }

    @Override
    public void onEvent(ServerEvent event) {
        events.add(event);
    }

    @Override
    public void onClosed(Closure closure) {
        heard.add("closed");
        closures.add(closure);
    }

    /** Waits until the end was heard, which follows the conversation's own stage. */
    Closure awaitEnd() {
        SidebandFixture.until("the end was heard", () -> !closures.isEmpty());
        return closures.get(0);
    }

    @Override
    public String toString() {
        return heard + " " + closures;
    }

    long count(String what) {
        return heard.stream().filter(what::equals).count();
    }

    boolean hasHeardEvent(String type) {
        return events.stream().anyMatch(event -> event.type().equals(type));
    }
}
