package dev.antiphon.testkit.junit;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.port.ConversationObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Where the conversations of a test were started, and which of them have not ended. */
final class OpenConversations implements ConversationObserver {
    private static final int SHOWN_FRAMES = 12;
    private static final int SHOWN_PLACES = 5;

    private record Start(String transport, Throwable place) {}

    private final Map<String, Start> open = new ConcurrentHashMap<>();
    private final Set<StackTraceElement> places = ConcurrentHashMap.newKeySet(); // of the ended ones too

    @Override
    public void onStarted(ObservedConversation conversation) {
        Start start = new Start(conversation.transport(), new Throwable("started here"));
        open.put(conversation.id(), start);
        framesOf(start.place()).stream().findFirst().ifPresent(places::add);
    }

    @Override
    public void onEnded(ObservedConversation conversation, Closure closure) {
        open.remove(conversation.id());
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** The lines of the test on which conversations were started, a few of them; empty if none was. */
    List<String> places() {
        return places.stream()
                .map(StackTraceElement::toString)
                .sorted()
                .limit(SHOWN_PLACES)
                .toList();
    }

    /** Names those that are open, and where they were started. */
    AssertionError leak() {
        List<String> lines = new ArrayList<>();
        open.forEach((id, start) -> {
            lines.add("  " + id + " over " + start.transport() + ", started");
            framesOf(start.place()).forEach(frame -> lines.add("    at " + frame));
        });
        AssertionError leak =
                new AssertionError((open.size() == 1 ? "1 conversation was" : open.size() + " conversations were")
                        + " not closed by the test:\n" + String.join("\n", lines));
        open.values().stream().findFirst().ifPresent(start -> leak.initCause(start.place()));
        return leak;
    }

    /** From the caller of the library on. */
    private static List<StackTraceElement> framesOf(Throwable place) {
        return Arrays.stream(place.getStackTrace())
                .dropWhile(frame -> frame.getClassName().startsWith("dev.antiphon.core.")
                        || frame.getClassName().equals(OpenConversations.class.getName()))
                .limit(SHOWN_FRAMES)
                .toList();
    }
}
