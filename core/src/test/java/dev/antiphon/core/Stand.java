package dev.antiphon.core;

import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportChoice;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Conversations over a fake transport, in virtual time. */
final class Stand {
    static final SdpAnswer ANSWER = new SdpAnswer("v=0\r\nanswer\r\n");
    static final StartRequest DIRECT =
            StartRequest.direct(SessionConfig.builder().model("m").build());
    static final StartRequest WITH_OFFER =
            StartRequest.withOffer(SessionConfig.builder().model("m").build(), new SdpOffer("v=0\r\noffer\r\n"));

    /** How long a test waits for what must come soon. */
    static final long PATIENCE_MILLIS = Long.getLong("antiphon.patience.millis", 10_000);

    final FakeTransport transport = new FakeTransport();
    final ManualScheduler time = new ManualScheduler();
    final RealtimeConversations conversations;

    Stand() {
        this(ConversationLimits.DEFAULT);
    }

    Stand(ConversationLimits limits) {
        this(builder -> builder.limits(limits));
    }

    Stand(UnaryOperator<RealtimeConversations.Builder> settings) {
        conversations = settings.apply(builder(transport).scheduler(time)).build();
    }

    static RealtimeConversations.Builder builder(RealtimeTransport transport) {
        return RealtimeConversations.builder().selector(start -> new TransportChoice(transport, "test"));
    }

    /** Work as an owner of state does it: what it leaves for afterwards runs behind it. */
    static void step(Consumer<Deferred> work) {
        Deferred after = new Deferred();
        work.accept(after);
        after.run();
    }

    /** A conversation with an offer: it queues until {@code transport.socket()}. */
    Conversation start(ConversationListener listener) {
        return conversations.start(WITH_OFFER, listener);
    }

    Conversation start() {
        return conversations.start(WITH_OFFER);
    }

    void pass(Duration time) {
        this.time.advance(time);
    }

    /** A server event on the socket that stands. */
    void receive(ServerEvent event) {
        transport.server().onEvent(event);
    }

    /** The value of a stage that completes soon, or its exception. */
    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    static Outcome outcome(Receipt receipt) {
        return get(receipt.outcome());
    }

    /** {@code NOT_SENT(LANE_FULL)} and the like. */
    static String fate(Receipt receipt) {
        Outcome outcome = outcome(receipt);
        if (outcome instanceof Outcome.NotSent notSent) {
            return "NOT_SENT(" + notSent.reason() + ")";
        } else if (outcome instanceof Outcome.Unknown unknown) {
            return "UNKNOWN(" + unknown.reason() + ")";
        } else if (outcome instanceof Outcome.Rejected rejected) {
            return "REJECTED(" + rejected.code() + ")";
        }
        return outcome.name();
    }
}
