package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.testkit.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What the listener of one conversation heard, in order. A test may add what happens at each event. */
class Heard implements ConversationListener {
    private static final int DEADLINE_SECONDS = 20;

    private final List<ServerEvent> events = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<ServerEvent> unread = new LinkedBlockingQueue<>();
    private final List<Integer> attempts = new CopyOnWriteArrayList<>();
    private final List<Closure> ends = new CopyOnWriteArrayList<>();

    @Override
    public void onJoining(int attempt) {
        attempts.add(attempt);
    }

    @Override
    public void onEvent(ServerEvent event) {
        events.add(event);
        unread.add(event);
    }

    @Override
    public void onClosed(Closure closure) {
        ends.add(closure);
    }

    List<ServerEvent> events() {
        return new ArrayList<>(events);
    }

    List<String> types() {
        return events.stream().map(ServerEvent::type).toList();
    }

    List<Integer> attempts() {
        return List.copyOf(attempts);
    }

    /** Every end that was told: exactly one is right. */
    List<Closure> ends() {
        return List.copyOf(ends);
    }

    long decodeErrors() {
        return events.stream().filter(DecodeError.class::isInstance).count();
    }

    int audioBytes() {
        return events.stream()
                .filter(ResponseEvent.OutputAudioDelta.class::isInstance)
                .map(ResponseEvent.OutputAudioDelta.class::cast)
                .mapToInt(delta -> delta.audio().length())
                .sum();
    }

    /** Waits for the end to be told: the listener hears it on its own thread, after the stage. */
    Closure awaitEnd() {
        assertThat(new Patience(Duration.ofSeconds(DEADLINE_SECONDS)).until(() -> !ends.isEmpty()))
                .as("the end was told")
                .isTrue();
        return ends.get(0);
    }

    /** The next event of this type; those before it are passed over. */
    ServerEvent await(String type) throws InterruptedException {
        return await(type, event -> event.type().equals(type));
    }

    ServerEvent await(String what, Predicate<ServerEvent> wanted) throws InterruptedException {
        while (true) {
            ServerEvent next = unread.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no " + what + "; heard " + types() + " and the end " + ends);
            }
            if (wanted.test(next)) {
                return next;
            }
        }
    }
}
