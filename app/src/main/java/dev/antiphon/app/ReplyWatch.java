package dev.antiphon.app;

import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Knows whether everything that was said has had its reply: the response asked for after the texts is
 * done, and the turn that the server heard last has been responded to. Guarded by itself.
 */
final class ReplyWatch {
    private final Set<String> done = new HashSet<>();

    // The reply to the texts.
    private boolean textReplyDue;
    private Optional<String> textReply = Optional.empty();

    // The reply to the audio: due until all of it was sent and the last turn heard was answered.
    private boolean audioReplyDue;
    private boolean speaking;
    private boolean turnOpen;
    private boolean heard;
    private boolean turnUnanswered;
    private Optional<String> turnReply = Optional.empty();

    /**
     * @param texts whether a reply to texts is due
     * @param audio whether a reply to audio is due
     */
    ReplyWatch(boolean texts, boolean audio) {
        this.textReplyDue = texts;
        this.audioReplyDue = audio;
        this.speaking = audio;
    }

    /** The response that was asked for after the texts has this id. */
    synchronized void onTextReply(String responseId) {
        textReply = Optional.of(responseId);
        settle();
    }

    /** All audio, the silence behind it included, has left. */
    synchronized void onAudioSent() {
        speaking = false;
        settle();
    }

    synchronized void onEvent(ServerEvent event) {
        if (event instanceof InputAudioBufferEvent.SpeechStarted) {
            turnOpen = true;
        } else if (event instanceof InputAudioBufferEvent.Committed) {
            turnOpen = false;
            heard = true;
            turnUnanswered = true;
            turnReply = Optional.empty();
        } else if (event instanceof ResponseEvent.Created created && turnUnanswered) {
            turnReply = Optional.of(created.response().id());
        } else if (event instanceof ResponseEvent.Done finished) {
            done.add(finished.response().id());
            if (turnReply.isPresent()
                    && turnReply.get().equals(finished.response().id())) {
                turnUnanswered = false;
            }
        }
        settle();
    }

    private void settle() {
        if (textReply.isPresent() && done.contains(textReply.get())) {
            textReplyDue = false;
        }
        audioReplyDue = audioReplyDue && (speaking || turnOpen || turnUnanswered || !heard);
    }

    /** Whether nothing is due any more. */
    synchronized boolean isComplete() {
        return !textReplyDue && !audioReplyDue;
    }

    /** Whether no reply to the texts is due any more. */
    synchronized boolean isTextAnswered() {
        return !textReplyDue;
    }

    /** What is still due, for people. */
    synchronized String missing() {
        return textReplyDue ? "no reply to the last text" : "no reply to the audio";
    }
}
