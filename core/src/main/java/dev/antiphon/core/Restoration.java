package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.StartRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * How a direct conversation that was lost can be begun again.
 *
 * <p>The session's state is gone at the server. What can be said again is what the transcript holds:
 * whole texts of all sides, as text, in their order. {@link #missing} tells what is not among it; a
 * model that is told less than it knew may contradict itself. Nothing happens before {@link #begin}.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class Restoration {
    /** Texts said again at most; as many fit into a text lane of default size. */
    public static final int MOST_TEXTS = 48;

    private static final int MOST_CHARACTERS = 250_000;

    /**
     * What is not said again.
     *
     * @param unfinishedTexts replies or turns that were cut in the middle
     * @param olderTexts texts before those that are said again
     * @param toolOutputs outputs of tools, and the calls they answered
     * @param uncertainTexts texts of the application without a confirmation, sent or not; their receipts
     *     tell which, and whether repeating them is safe
     * @param audioFrames frames that the server took: of speech only its transcription is said again,
     *     and nothing where there was none
     */
    public record Missing(
            int unfinishedTexts, int olderTexts, long toolOutputs, long uncertainTexts, long audioFrames) {
        /** Whether everything that was said is said again. */
        public boolean isNothing() {
            return unfinishedTexts == 0
                    && olderTexts == 0
                    && toolOutputs == 0
                    && uncertainTexts == 0
                    && audioFrames == 0;
        }
    }

    /**
     * A conversation that takes the place of a lost one.
     *
     * @param texts receipts of what is said again, in order; anything said to the conversation follows it
     */
    public record Begun(Conversation conversation, List<Receipt> texts) {}

    private final StartRequest start;
    private final Closure closure;
    private final List<TranscriptEntry> entries;
    private final Missing missing;

    private Restoration(StartRequest start, Closure closure, List<TranscriptEntry> entries, Missing missing) {
        this.start = start;
        this.closure = closure;
        this.entries = entries;
        this.missing = missing;
    }

    /**
     * Plans how to begin an ended conversation again.
     *
     * @param start how it was started; with the session that it had in the end, if that was changed
     * @throws IllegalArgumentException if it was started with an SDP offer: a sideband is joined again by
     *     its transport, and a call that is over needs a new offer
     * @throws IllegalStateException if it has not ended
     */
    public static Restoration of(Conversation lost, StartRequest start) {
        if (start.offer().isPresent()) {
            throw new IllegalArgumentException("only a direct conversation can be begun again without its peer");
        }
        if (!lost.closed().toCompletableFuture().isDone()) {
            throw new IllegalStateException("the conversation " + lost.id() + " has not ended");
        }
        List<TranscriptEntry> whole =
                lost.transcript().stream().filter(TranscriptEntry::isComplete).toList();
        List<TranscriptEntry> newest = newest(whole);
        ConversationSummary summary = lost.summary();
        Missing missing = new Missing(
                lost.transcript().size() - whole.size(),
                whole.size() - newest.size(),
                summary.handoffs().acknowledged() + summary.handoffs().unknown(),
                summary.texts().unknown() + summary.texts().notSent(),
                summary.audio().written());
        return new Restoration(start, lost.closed().toCompletableFuture().join(), newest, missing);
    }

    private static List<TranscriptEntry> newest(List<TranscriptEntry> whole) {
        int first = whole.size();
        int characters = 0;
        while (first > 0 && whole.size() - first < MOST_TEXTS) {
            characters += whole.get(first - 1).text().length();
            if (characters > MOST_CHARACTERS) {
                break;
            }
            first--;
        }
        return List.copyOf(whole.subList(first, whole.size()));
    }

    /** How the lost conversation ended. */
    public Closure closure() {
        return closure;
    }

    /** What is said again, in order. */
    public List<TranscriptEntry> entries() {
        return entries;
    }

    /** What is not. */
    public Missing missing() {
        return missing;
    }

    /**
     * Starts a conversation with the same session and says again what there is. Returns at once, as
     * {@link RealtimeConversations#start} does. No response is asked for.
     */
    public Begun begin(RealtimeConversations conversations, ConversationListener listener) {
        Conversation conversation = conversations.start(start, listener);
        List<Receipt> receipts = new ArrayList<>(entries.size());
        for (TranscriptEntry entry : entries) {
            receipts.add(conversation.sendText(entry.role(), entry.text()));
        }
        return new Begun(conversation, List.copyOf(receipts));
    }

    /** Shows counts only. */
    @Override
    public String toString() {
        return "Restoration[" + entries.size() + " texts, " + missing + "]";
    }
}
