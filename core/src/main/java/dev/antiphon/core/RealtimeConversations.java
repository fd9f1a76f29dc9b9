package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportSelector;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts conversations: any number at the same time, from any thread.
 *
 * <pre>{@code
 * RealtimeConversations conversations = RealtimeConversations.builder()
 *     .direct(webSocketTransport)
 *     .sideband(sidebandTransport)
 *     .build();
 * Conversation conversation = conversations.start(StartRequest.direct(session), listener);
 * conversation.sendText("Hello");
 * conversation.requestResponse();
 * }</pre>
 */
public final class RealtimeConversations implements AutoCloseable {
    private final TransportSelector selector;
    private final ConversationSetup setup;
    private final Optional<Consumer<Restoration>> onLost;
    private final Set<LiveConversation> open = ConcurrentHashMap.newKeySet();
    private final String prefix = Long.toString(ThreadLocalRandom.current().nextLong() >>> 32, Character.MAX_RADIX);
    private final AtomicLong started = new AtomicLong();
    private volatile boolean closed;

    private RealtimeConversations(
            TransportSelector selector, ConversationSetup setup, Optional<Consumer<Restoration>> onLost) {
        this.selector = selector;
        this.setup = setup;
        this.onLost = onLost;
    }

    /** Collects transports and settings. */
    public static Builder builder() {
        return new Builder();
    }

    /** Which transport a start would take and why, without starting it. */
    public TransportChoice choose(StartRequest start) {
        return selector.select(start);
    }

    /**
     * Starts a conversation and returns it at once, live for input. What happens before the first
     * {@link Conversation#listen} or subscriber is kept for it. A conversation that nobody listens to
     * ends like one with a stalled listener, once {@link ConversationLimits#eventsHigh} events wait.
     *
     * @throws IllegalArgumentException if no transport fits the request, or the one that was selected
     *     says that it cannot carry such a session; nothing was sent then
     * @throws IllegalStateException if this object is closed
     */
    public Conversation start(StartRequest start) {
        return begin(start, null);
    }

    /** Starts a conversation that this listener hears from its beginning. */
    public Conversation start(StartRequest start, ConversationListener listener) {
        return begin(start, Objects.requireNonNull(listener, "listener"));
    }

    private Conversation begin(StartRequest start, @Nullable ConversationListener listener) {
        LiveConversation conversation = prepare(start, listener);
        if (start.offer().isEmpty()) {
            onLost.ifPresent(hook -> conversation.closed().thenAccept(closure -> {
                if (isLost(closure)) {
                    hook.accept(Restoration.of(conversation, start));
                }
            }));
        }
        conversation.open();
        return conversation;
    }

    /** Ended by neither side's wish, and a new conversation can be expected to work. */
    private static boolean isLost(Closure closure) {
        return closure.recoverable()
                && (closure.initiator() == Closure.Initiator.TRANSPORT
                        || closure.initiator() == Closure.Initiator.SERVER);
    }

    /** Makes a conversation that takes input; nothing happens on the network before it is opened. */
    LiveConversation prepare(StartRequest start, @Nullable ConversationListener listener) {
        TransportChoice choice = selector.select(start);
        choice.transport().traits().sessions().refusalOf(start.session()).ifPresent(why -> {
            throw new IllegalArgumentException("the transport " + choice.name() + " cannot start this session: " + why);
        });
        String id = prefix + "-" + started.incrementAndGet();
        LiveConversation[] self = new LiveConversation[1];
        ConversationEngine engine =
                new ConversationEngine(start, choice, id, new EventIds(), setup, () -> open.remove(self[0]));
        LiveConversation conversation = new LiveConversation(id, choice, engine);
        self[0] = conversation;
        open.add(conversation);
        engine.step(engine.watch::started);
        if (closed) {
            // Whoever closed has seen this one, or this is seen here; it ends without having been opened.
            conversation.close();
            conversation.open();
            throw new IllegalStateException("closed: no conversation can be started any more");
        }
        if (listener != null) {
            conversation.listen(listener);
        }
        return conversation;
    }

    /** How many conversations have not ended. */
    public int openCount() {
        return open.size();
    }

    /** Closes all conversations, in whatever phase; no further one can be started. Returns at once. */
    @Override
    public void close() {
        closed = true;
        open.forEach(LiveConversation::close);
    }

    /** Closes like {@link #close()}; completes when all conversations have ended. */
    public CompletionStage<Void> shutdown() {
        closed = true;
        List<LiveConversation> last = List.copyOf(open);
        last.forEach(LiveConversation::close);
        return CompletableFuture.allOf(last.stream()
                        .map(each -> each.closed().toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new))
                .minimalCompletionStage();
    }

    /** Collects transports and settings. Not safe for use by several threads. */
    public static final class Builder {
        private @Nullable RealtimeTransport direct;
        private @Nullable RealtimeTransport sideband;
        private @Nullable TransportSelector selector;
        private ConversationLimits limits = ConversationLimits.DEFAULT;
        private ErrorPolicy errors = ErrorPolicy.standard();
        private Scheduler scheduler = TimerScheduler.shared();
        private @Nullable Executor listenerExecutor;
        private ConversationObserver observer = ConversationObserver.NONE;
        private Executor stageThreads = LibraryThreads.stages();
        private boolean sessionUpdateOnJoin = true;
        private Optional<Consumer<Restoration>> onLost = Optional.empty();

        private Builder() {}

        /** The transport for starts without an SDP offer. */
        public Builder direct(RealtimeTransport transport) {
            this.direct = transport;
            return this;
        }

        /** The transport for starts with an SDP offer. */
        public Builder sideband(RealtimeTransport transport) {
            this.sideband = transport;
            return this;
        }

        /** A rule of one's own, instead of {@link #direct} and {@link #sideband}. */
        public Builder selector(TransportSelector rule) {
            this.selector = rule;
            return this;
        }

        /** Bounds of each conversation. */
        public Builder limits(ConversationLimits bounds) {
            this.limits = bounds;
            return this;
        }

        /** Which server errors end a conversation. */
        public Builder errorPolicy(ErrorPolicy policy) {
            this.errors = policy;
            return this;
        }

        /**
         * Where listeners run; calls of one conversation never overlap. By default a small pool of
         * the library and, while listeners block, virtual threads where the JVM has them; else the pool
         * grows.
         * With {@code Runnable::run} listeners run on the transport's own threads and must not block.
         */
        public Builder listenerExecutor(Executor executor) {
            this.listenerExecutor = executor;
            return this;
        }

        /** Time and timers; real ones by default. */
        public Builder scheduler(Scheduler time) {
            this.scheduler = time;
            return this;
        }

        /** Who watches all conversations; nobody by default. */
        public Builder observer(ConversationObserver watcher) {
            this.observer = watcher;
            return this;
        }

        /**
         * Where stages complete for the application: each dependent in a task of its own. By default
         * the library's threads. An executor without threads of its own makes a conversation in virtual
         * time repeatable; one that never runs a task leaves every stage open.
         */
        public Builder stageExecutor(Executor executor) {
            this.stageThreads = executor;
            return this;
        }

        /** Whether each new control socket is greeted with {@code session.update}; on by default. */
        public Builder sessionUpdateOnJoin(boolean greet) {
            this.sessionUpdateOnJoin = greet;
            return this;
        }

        /**
         * Called once for each direct conversation that was lost and that a new one may replace, after
         * its end was told, on a thread of the library. It may {@link Restoration#begin} at once, later,
         * as often as it means to try, or not at all: nothing is restored without it.
         */
        public Builder onLost(Consumer<Restoration> hook) {
            this.onLost = Optional.of(hook);
            return this;
        }

        /**
         * Makes the entry point.
         *
         * @throws IllegalStateException if there is no transport, or a selector beside transports
         */
        public RealtimeConversations build() {
            return new RealtimeConversations(
                    rule(),
                    new ConversationSetup(
                            limits,
                            errors,
                            scheduler,
                            listenerExecutor == null ? LibraryThreads.listeners() : listenerExecutor,
                            LibraryThreads.listeners(),
                            stageThreads,
                            observer,
                            sessionUpdateOnJoin),
                    onLost);
        }

        private TransportSelector rule() {
            RealtimeTransport forDirect = direct;
            RealtimeTransport forOffers = sideband;
            if (selector != null) {
                if (forDirect != null || forOffers != null) {
                    throw new IllegalStateException("give a selector or transports, not both");
                }
                return selector;
            } else if (forDirect != null && forOffers != null) {
                return TransportSelector.bySdp(forDirect, forOffers);
            } else if (forDirect != null) {
                return start -> only(forDirect, start.offer().isEmpty(), "an SDP offer needs a sideband transport");
            } else if (forOffers != null) {
                return start -> only(
                        forOffers, start.offer().isPresent(), "a start without an SDP offer needs a direct transport");
            }
            throw new IllegalStateException("no transport: give direct(…), sideband(…) or selector(…)");
        }

        private static TransportChoice only(RealtimeTransport transport, boolean fits, String otherwise) {
            if (!fits) {
                throw new IllegalArgumentException(
                        otherwise + "; only " + transport.traits().name() + " is set up");
            }
            return new TransportChoice(transport, "the only transport that is set up");
        }
    }
}
