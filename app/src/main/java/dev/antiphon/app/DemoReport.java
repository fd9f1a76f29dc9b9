package dev.antiphon.app;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Shows a conversation as a timeline and remembers what the demonstration has to prove. */
final class DemoReport implements TalkReport {
    private final TalkReport shown;
    private final Timeline timeline;
    private final Stopwatch watch;

    // Guarded by this.
    private @Nullable Conversation conversation;
    private OptionalLong answeredAt = OptionalLong.empty();
    private OptionalLong liveAt = OptionalLong.empty();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<String> replies = new ArrayList<>();
    private final Pcm.Meter sound = new Pcm.Meter();

    DemoReport(Timeline timeline, Stopwatch watch) {
        this.shown = new TimelineReport(timeline, watch);
        this.timeline = timeline;
        this.watch = watch;
    }

    /** When the SDP answer came, in milliseconds. */
    synchronized OptionalLong answeredAt() {
        return answeredAt;
    }

    /** When the control socket stood, in milliseconds. */
    synchronized OptionalLong liveAt() {
        return liveAt;
    }

    /** Whether every item was confirmed by the server. */
    synchronized boolean allAcknowledged(int items) {
        return outcomes.size() == items && outcomes.stream().allMatch(each -> each instanceof Outcome.Acknowledged);
    }

    /** What the assistant said. */
    synchronized List<String> replies() {
        return List.copyOf(replies);
    }

    /** Everything the assistant let hear. */
    synchronized Pcm.Meter sound() {
        return sound;
    }

    @Override
    public synchronized void started(Conversation started) {
        conversation = started;
        shown.started(started);
    }

    @Override
    public synchronized void phase(Phase phase) {
        shown.phase(phase);
        if (phase == Phase.LIVE && liveAt.isEmpty()) {
            liveAt = OptionalLong.of(watch.millis());
            tellWhatWaited();
        }
    }

    private void tellWhatWaited() {
        if (conversation == null || answeredAt.isEmpty()) {
            return;
        }
        ConversationSummary summary = conversation.summary();
        long frames = summary.audio().offered();
        timeline.note(
                "waited",
                timeline.ink()::accent,
                Counted.of(summary.texts().accepted(), "text") + ", "
                        + Counted.of(summary.handoffs().accepted(), "hand-off output") + ", "
                        + Counted.of(frames, "audio frame") + " (" + frames * Pcm.FRAME.toMillis() + " ms)");
    }

    @Override
    public synchronized void answer(SdpAnswer answer) {
        answeredAt = OptionalLong.of(watch.millis());
        shown.answer(answer);
    }

    @Override
    public void joining(int attempt) {
        shown.joining(attempt);
    }

    @Override
    public void said(Said item) {
        shown.said(item);
    }

    @Override
    public synchronized void outcome(Said item, Outcome outcome) {
        outcomes.add(outcome);
        shown.outcome(item, outcome);
    }

    @Override
    public void speaking(long millis) {
        shown.speaking(millis);
    }

    @Override
    public void audio(long accepted, long dropped, boolean last) {
        shown.audio(accepted, dropped, last);
    }

    @Override
    public synchronized void event(ServerEvent event) {
        if (event instanceof ResponseEvent.OutputAudioDelta delta) {
            sound.add(delta.audio().bytes());
        } else if (event instanceof ResponseEvent.OutputAudioTranscriptDone said) {
            replies.add(said.transcript());
        }
        shown.event(event);
    }

    @Override
    public void closed(Closure closure, ConversationSummary summary) {
        shown.closed(closure, summary);
    }
}
