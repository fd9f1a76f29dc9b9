package dev.antiphon.testkit.simulation;

import dev.antiphon.core.AudioOffer;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.ToolCall;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an engine with one defect would look like to its application. */
final class BuggyLayer implements Simulation.Layer {
    private static final Logger log = LoggerFactory.getLogger(BuggyLayer.class);

    private final PlantedBug bug;

    BuggyLayer(PlantedBug bug) {
        this.bug = bug;
    }

    @Override
    public RealtimeConversations.Builder settings(RealtimeConversations.Builder builder) {
        return switch (bug) {
            case EVERY_ERROR_ENDS -> builder.errorPolicy(error -> Optional.of(Fault.SESSION_REFUSED));
            case CONFLICT_ENDS ->
                builder.errorPolicy(error -> error.code().contains("active_response")
                        ? Optional.of(Fault.SESSION_REFUSED)
                        : Optional.empty());
            case NO_GREETING -> builder.sessionUpdateOnJoin(false);
            default -> builder;
        };
    }

    // ------------------------------------------------------------------ the conversation

    @Override
    public Conversation around(Conversation conversation, SimulatedWorld world) {
        return (Conversation) Proxy.newProxyInstance(
                Conversation.class.getClassLoader(),
                new Class<?>[] {Conversation.class},
                (proxy, method, arguments) -> call(conversation, world, method, arguments));
    }

    private @Nullable Object call(Conversation real, SimulatedWorld world, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (bug == PlantedBug.STOP_TOO_SLOW && method.getName().equals("close")) {
            var unusedTimer = world.clock().schedule(Duration.ofSeconds(3), real::close);
            return null;
        } else if (bug == PlantedBug.TRUNCATED_AT_RECEIVED && method.getName().equals("interrupt")) {
            return real.interrupt(Duration.ofHours(1));
        }
        Object result;
        try {
            result = method.invoke(real, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
        if (result instanceof Receipt receipt) {
            return wrong(receipt, world);
        } else if (result instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Receipt) {
            return list.stream().map(each -> wrong((Receipt) each, world)).toList();
        } else if (result instanceof AudioOffer && bug == PlantedBug.LOSS_INVISIBLE) {
            return AudioOffer.ACCEPTED;
        } else if (result instanceof ConversationSummary summary && bug == PlantedBug.SUMMARY_FORGETS) {
            return without(summary);
        } else if (method.getName().equals("closed") && bug == PlantedBug.ALWAYS_THE_APPLICATION) {
            return real.closed().thenApply(closure -> Closure.requested());
        }
        return result;
    }

    private static ConversationSummary without(ConversationSummary all) {
        ConversationSummary.Items texts = all.texts();
        ConversationSummary.Items fewer = new ConversationSummary.Items(
                Math.max(0, texts.offered() - 1),
                Math.max(0, texts.accepted() - 1),
                texts.refused(),
                texts.acknowledged(),
                texts.rejected(),
                texts.notSent(),
                texts.unknown(),
                texts.queued());
        return new ConversationSummary(
                fewer,
                all.handoffs(),
                all.audio(),
                all.responses(),
                all.usage(),
                all.transcriptions(),
                all.serverEvents(),
                all.decodeErrors(),
                all.rejoins(),
                all.toAnswer(),
                all.toJoining(),
                all.toLive(),
                all.toFirstWrite(),
                all.toFirstEvent(),
                all.duration());
    }

    private Receipt wrong(Receipt receipt, SimulatedWorld world) {
        return switch (bug) {
            case NO_OUTCOME_AT_STOP, OUTCOME_LOST, FALSE_ACKNOWLEDGEMENT, REJECTION_SOFTENED, OUTCOME_TOO_LATE ->
                receipt.isAccepted() ? new Changed(receipt, true, outcome(receipt, world)) : receipt;
            case TAKEN_AFTER_THE_END -> new Changed(receipt, true, receipt.outcome());
            case REFUSAL_WITHOUT_NAME ->
                receipt.isAccepted() ? receipt : new Changed(receipt, false, nameless(receipt));
            default -> receipt;
        };
    }

    private CompletionStage<Outcome> outcome(Receipt receipt, SimulatedWorld world) {
        CompletableFuture<Outcome> told = new CompletableFuture<>();
        if (bug == PlantedBug.FALSE_ACKNOWLEDGEMENT) {
            var unusedStage = receipt.written().thenRun(() -> told.complete(new Outcome.Acknowledged()));
        } else if (bug == PlantedBug.OUTCOME_LOST && world.chance(0.1)) {
            return told;
        }
        var unused = receipt.outcome().thenAccept(outcome -> {
            boolean stopped = outcome instanceof Outcome.NotSent notSent && notSent.reason() == Outcome.Reason.STOPPED;
            if (bug == PlantedBug.OUTCOME_TOO_LATE) {
                var unusedTimer = world.clock().schedule(Duration.ofSeconds(6), () -> told.complete(outcome));
            } else if (bug == PlantedBug.REJECTION_SOFTENED && outcome instanceof Outcome.Rejected) {
                told.complete(new Outcome.Acknowledged());
            } else if (bug != PlantedBug.NO_OUTCOME_AT_STOP || !stopped) {
                told.complete(outcome);
            }
        });
        return told;
    }

    private static CompletionStage<Outcome> nameless(Receipt receipt) {
        return receipt.outcome()
                .thenApply(outcome -> outcome instanceof Outcome.NotSent refused
                        ? new Outcome.NotSent(refused.reason(), "no room")
                        : outcome);
    }

    /** A receipt that says something else. */
    private record Changed(Receipt receipt, boolean isAccepted, CompletionStage<Outcome> outcome) implements Receipt {
        @Override
        public String eventId() {
            return receipt.eventId();
        }

        @Override
        public String itemId() {
            return receipt.itemId();
        }

        @Override
        public CompletionStage<Void> written() {
            return receipt.written();
        }
    }

    // ------------------------------------------------------------------ the listener

    @Override
    public ConversationListener around(ConversationListener listener, SimulatedWorld world) {
        return new Hearing(listener);
    }

    /** Hears for the application, with one defect. */
    private final class Hearing implements ConversationListener {
        private final ConversationListener listener;
        private boolean registered;
        private @Nullable ServerEvent last;

        Hearing(ConversationListener listener) {
            this.listener = listener;
        }

        @Override
        public void onStarted(Conversation conversation) {
            listener.onStarted(conversation);
        }

        @Override
        public void onPhase(Phase phase) {
            registered |= phase == Phase.LIVE || phase == Phase.ANSWERED;
            if (bug != PlantedBug.PHASES_UNTOLD) {
                listener.onPhase(phase);
            }
        }

        @Override
        public void onAnswer(SdpAnswer answer) {
            listener.onAnswer(answer);
        }

        @Override
        public void onEvent(ServerEvent event) {
            last = event;
            if (bug == PlantedBug.CONTENT_IN_LOGS) {
                log.info(
                        "event {} of {}",
                        event.envelope().raw().text(),
                        Thread.currentThread().getName());
            }
            listener.onEvent(event);
        }

        @Override
        public void onToolCall(ToolCall call) {
            listener.onToolCall(call);
        }

        @Override
        public void onClosed(Closure closure) {
            if (bug == PlantedBug.END_LOST_BEFORE_REGISTRATION && !registered) {
                return;
            }
            listener.onClosed(closure);
            if (bug == PlantedBug.END_TOLD_TWICE && closure.initiator() == Closure.Initiator.APPLICATION) {
                listener.onClosed(closure);
            } else if (bug == PlantedBug.EVENT_AFTER_THE_END && last != null) {
                listener.onEvent(last);
            }
        }
    }
}
