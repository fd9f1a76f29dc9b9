package dev.antiphon.app;

import dev.antiphon.app.TalkReport.Said;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.Phase;
import dev.antiphon.core.RejectedException;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * One conversation from start to end: says what the plan holds, shows what happens, and closes it
 * when the replies are done, the time is up or somebody stops it.
 */
final class Talk implements ConversationListener {
    /** A conversation's own limits end it sooner; this one guards against their failure. */
    private static final long LAST_DEADLINE_SECONDS = 20;

    private enum Ending {
        REPLIES_DONE,
        TIME_UP,
        STOPPED,
        REFUSED,
        CLOSED
    }

    private final TalkPlan plan;
    private final TalkReport report;
    private final ReplyWatch replies;
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final CompletableFuture<Closure> closed = new CompletableFuture<>();
    private final CompletableFuture<Void> maySpeak = new CompletableFuture<>();
    private volatile String refusal = "";

    Talk(TalkPlan plan, TalkReport report) {
        this.plan = plan;
        this.report = report;
        this.replies = new ReplyWatch(plan.asksForReply(), plan.audio().isPresent());
        if (!plan.speaksAfterReply()) {
            maySpeak.complete(null);
        }
    }

    /**
     * Runs the conversation on the calling thread until everything about it is known.
     *
     * @param starter starts the conversation with the given listener
     * @return why it counts as failed; empty if it succeeded
     */
    Optional<String> run(Function<ConversationListener, Conversation> starter) throws InterruptedException {
        Conversation conversation = starter.apply(this);
        List<CompletableFuture<?>> outcomes = say(conversation);
        Optional<Microphone> microphone = plan.audio().map(recording -> microphone(conversation, recording));
        microphone.ifPresent(voice -> {
            var unused = maySpeak.thenRun(voice::speakUp);
        });
        Ending why = awaitEnd();
        conversation.close();
        if (microphone.isPresent()) {
            microphone.get().stop();
        }
        Closure closure = settle(closed);
        settle(CompletableFuture.allOf(outcomes.toArray(new CompletableFuture<?>[0])));
        report.closed(closure, conversation.summary());
        return failure(why, closure);
    }

    /** Ends the conversation as soon as possible; {@link #run} returns soon after. From any thread. */
    void stop() {
        ending.complete(Ending.STOPPED);
    }

    private List<CompletableFuture<?>> say(Conversation conversation) {
        List<CompletableFuture<?>> outcomes = new ArrayList<>();
        int number = 0;
        for (String text : plan.texts()) {
            outcomes.add(watch(Said.text(++number, text, conversation.sendText(text))));
        }
        number = 0;
        for (HandoffOutput output : plan.handoffs()) {
            outcomes.add(watch(Said.handoff(++number, output.output(), conversation.sendHandoffOutput(output))));
        }
        if (plan.asksForReply()) {
            outcomes.add(conversation
                    .requestResponse()
                    .handle((responseId, fault) -> {
                        if (fault == null) {
                            replies.onTextReply(responseId);
                            checkReplies();
                        } else {
                            refuse(fault);
                        }
                        return responseId;
                    })
                    .toCompletableFuture());
        }
        return outcomes;
    }

    private CompletableFuture<Void> watch(Said item) {
        report.said(item);
        return item.receipt()
                .outcome()
                .thenAccept(outcome -> report.outcome(item, outcome))
                .toCompletableFuture();
    }

    private void refuse(Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof RejectedException) {
            refusal = String.valueOf(cause.getMessage());
            ending.complete(Ending.REFUSED);
        }
    }

    private Microphone microphone(Conversation conversation, WavFile recording) {
        return new Microphone(conversation, recording, new Microphone.Listener() {
            @Override
            public void begun() {
                report.speaking(recording.millis());
            }

            @Override
            public void spoken(long accepted, boolean last) {
                report.audio(accepted, conversation.summary().audio().dropped(), last);
            }

            @Override
            public void finished() {
                replies.onAudioSent();
                checkReplies();
            }
        });
    }

    private Ending awaitEnd() throws InterruptedException {
        try {
            return ending.get(plan.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException passed) {
            return Ending.TIME_UP;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an ending has no fault", impossible);
        }
    }

    private static <T> T settle(CompletableFuture<T> stage) throws InterruptedException {
        try {
            return stage.get(LAST_DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "the conversation did not end within " + LAST_DEADLINE_SECONDS + " s of its close", late);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a report failed: " + failed.getCause(), failed);
        }
    }

    private Optional<String> failure(Ending why, Closure closure) {
        if (!closure.isOrderly()) {
            return Optional.of(Closures.complaint(closure));
        }
        boolean lost = closure.discarded().texts() > 0 && why == Ending.CLOSED;
        boolean unanswered = plan.endsWithReply() && !replies.isComplete() && why != Ending.STOPPED;
        if (why == Ending.REFUSED) {
            return Optional.of(refusal);
        } else if (why == Ending.TIME_UP && unanswered) {
            return Optional.of(replies.missing() + " within " + plan.limit().toSeconds() + " s");
        } else if (lost || unanswered) {
            return Optional.of("the server ended the conversation before the reply: " + Closures.words(closure));
        }
        return Optional.empty();
    }

    private void checkReplies() {
        if (replies.isTextAnswered()) {
            maySpeak.complete(null);
        }
        if (plan.endsWithReply() && replies.isComplete()) {
            ending.complete(Ending.REPLIES_DONE);
        }
    }

    @Override
    public void onStarted(Conversation conversation) {
        report.started(conversation);
    }

    @Override
    public void onPhase(Phase phase) {
        report.phase(phase);
    }

    @Override
    public void onAnswer(SdpAnswer answer) {
        report.answer(answer);
    }

    @Override
    public void onJoining(int attempt) {
        report.joining(attempt);
    }

    @Override
    public void onEvent(ServerEvent event) {
        report.event(event);
        replies.onEvent(event);
        checkReplies();
    }

    @Override
    public void onClosed(Closure closure) {
        closed.complete(closure);
        ending.complete(Ending.CLOSED);
    }
}
