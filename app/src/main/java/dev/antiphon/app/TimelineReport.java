package dev.antiphon.app;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TranscriptionEvent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A conversation as a timeline for people. Server events that say nothing to a person are left out. */
final class TimelineReport implements TalkReport {
    private final Timeline timeline;
    private final Stopwatch watch;
    private final Ink ink;

    // Confined to the listener's calls, which never overlap.
    private final Map<String, Pcm.Meter> sounds = new HashMap<>();

    TimelineReport(Timeline timeline, Stopwatch watch) {
        this.timeline = timeline;
        this.watch = watch;
        this.ink = timeline.ink();
    }

    private void line(String label, UnaryOperator<String> paint, String text) {
        timeline.at(watch.millis(), label, paint, text);
    }

    @Override
    public void started(Conversation conversation) {
        line("opening", ink::accent, conversation.transport().toString());
        for (String limit : conversation.transport().limits()) {
            timeline.note("note", ink::quiet, limit);
        }
    }

    @Override
    public void phase(Phase phase) {
        switch (phase) {
            case LIVE -> line("live", ink::good, "the control socket stands; queued input flows");
            case REJOINING -> line("rejoining", ink::bad, "the control socket was lost");
            default -> {
                // Entries of their own tell the others better.
            }
        }
    }

    @Override
    public void answer(SdpAnswer answer) {
        line("answered", ink::good, "SDP answer, " + answer.text().length() + " characters: media can flow");
    }

    @Override
    public void joining(int attempt) {
        line("joining", ink::accent, "opening the control socket, attempt " + attempt);
    }

    @Override
    public void said(Said item) {
        boolean text = item.channel().equals("text");
        String refused = item.receipt().isAccepted() ? "" : " (refused)";
        line(text ? "you" : "hand-off", text ? ink::voice : ink::accent, quoted(item.content()) + refused);
    }

    @Override
    public void outcome(Said item, Outcome outcome) {
        boolean good = outcome instanceof Outcome.Acknowledged;
        line("receipt", good ? ink::good : ink::bad, item + " " + Outcomes.words(outcome));
    }

    @Override
    public void speaking(long millis) {
        line("you", ink::voice, "(speaking for " + millis + " ms)");
    }

    @Override
    public void audio(long accepted, long dropped, boolean last) {
        if (last || dropped > 0) {
            String lost = dropped == 0 ? "" : ", " + dropped + " dropped";
            line("audio out", ink::quiet, Counted.of(accepted, "frame") + " of " + Pcm.FRAME.toMillis() + " ms" + lost);
        }
    }

    @Override
    public void event(ServerEvent event) {
        if (event instanceof ResponseEvent response) {
            response(response);
        } else if (event instanceof InputAudioBufferEvent.SpeechStarted speech) {
            line("heard", ink::quiet, "speech from " + speech.audioStartMillis() + " ms of the audio on");
        } else if (event instanceof InputAudioBufferEvent.SpeechStopped speech) {
            line("heard", ink::quiet, "silence at " + speech.audioEndMillis() + " ms of the audio: the turn is over");
        } else if (event instanceof TranscriptionEvent.Completed heard) {
            line("you", ink::voice, quoted(heard.transcript()));
        } else if (event instanceof ConversationEvent.ItemTruncated truncated) {
            line("truncated", ink::quiet, "the reply was heard up to " + truncated.audioEndMillis() + " ms");
        } else if (event instanceof ServerError error) {
            line(
                    "error",
                    ink::bad,
                    error.error().code() + ": "
                            + Complaint.oneLine(error.error().message()));
        } else if (event instanceof DecodeError error) {
            line("error", ink::bad, "a message was no valid event: " + error.reason());
        }
    }

    private void response(ResponseEvent event) {
        if (event instanceof ResponseEvent.OutputAudioDelta delta) {
            sounds.computeIfAbsent(delta.itemId(), item -> new Pcm.Meter())
                    .add(delta.audio().bytes());
        } else if (event instanceof ResponseEvent.OutputAudioTranscriptDone said) {
            line("assistant", ink::voice, quoted(said.transcript()));
        } else if (event instanceof ResponseEvent.OutputTextDone said) {
            line("assistant", ink::voice, quoted(said.text()));
        } else if (event instanceof ResponseEvent.FunctionCallArgumentsDone call) {
            line("tool call", ink::accent, call.name() + " " + Complaint.oneLine(call.arguments()));
        } else if (event instanceof ResponseEvent.OutputAudioDone done) {
            Pcm.Meter sound = sounds.remove(done.itemId());
            if (sound != null) {
                line("audio in", ink::good, Pcm.millis(sound.bytes()) + " ms received, " + sound.loudness());
            }
        } else if (event instanceof ResponseEvent.Done done) {
            String status = done.response().status();
            String reason = done.response().statusReason();
            line("response", ink::quiet, reason.isEmpty() ? status : status + " (" + reason + ")");
        }
    }

    @Override
    public void closed(Closure closure, ConversationSummary summary) {
        line("closed", closure.isOrderly() ? ink::good : ink::bad, Closures.words(closure));
        Closure.Discarded lost = closure.discarded();
        if (!lost.equals(Closure.Discarded.NONE)) {
            timeline.note(
                    "discarded",
                    ink::bad,
                    Counted.of(lost.texts(), "text") + ", " + Counted.of(lost.handoffs(), "hand-off") + ", "
                            + Counted.of(lost.audioFrames(), "audio frame"));
        }
        String label = "summary";
        for (String line : Summaries.lines(summary)) {
            timeline.note(label, ink::quiet, line);
            label = "";
        }
    }

    private static String quoted(String text) {
        return String.format(Locale.ROOT, "\"%s\"", Complaint.oneLine(text));
    }
}
