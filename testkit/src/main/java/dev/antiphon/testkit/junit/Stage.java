package dev.antiphon.testkit.junit;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.testkit.InMemoryServer;
import dev.antiphon.testkit.InMemorySocket;
import dev.antiphon.testkit.InMemoryTransport;
import dev.antiphon.testkit.ManualScheduler;
import dev.antiphon.testkit.Patience;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Journal;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.SimulatorClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** What one test plays on. Made before it, asked by its parameters, ended after it; guarded by this. */
final class Stage {
    private final TestThreads threads;
    private final OpenConversations open = new OpenConversations();
    private final Deque<AutoCloseable> transports = new ArrayDeque<>();
    private final UnaryOperator<RealtimeSimulator.Builder> simulatorSettings;
    private final UnaryOperator<RealtimeConversations.Builder> conversationSettings;
    private final RealtimeExtension.@Nullable TransportFactory direct;
    private final RealtimeExtension.@Nullable TransportFactory sideband;
    private final @Nullable InMemoryTransport memory;
    private final @Nullable ManualScheduler manual;
    private final boolean frozen;
    private @Nullable RealtimeSimulator simulator; // once it was asked for
    private @Nullable RealtimeConversations conversations; // once they were asked for
    private @Nullable Conversation conversation; // once it was asked for

    private Stage(
            String test,
            UnaryOperator<RealtimeSimulator.Builder> simulatorSettings,
            UnaryOperator<RealtimeConversations.Builder> conversationSettings,
            RealtimeExtension.@Nullable TransportFactory direct,
            RealtimeExtension.@Nullable TransportFactory sideband,
            @Nullable InMemoryTransport memory,
            boolean frozen) {
        this.threads = TestThreads.of(test);
        this.simulatorSettings = simulatorSettings;
        this.conversationSettings = conversationSettings;
        this.direct = direct;
        this.sideband = sideband;
        this.memory = memory;
        this.manual = memory != null && frozen ? new ManualScheduler() : null;
        this.frozen = frozen;
    }

    static Stage inMemory(
            String test, UnaryOperator<RealtimeConversations.Builder> conversationSettings, boolean frozen) {
        return new Stage(
                test, UnaryOperator.identity(), conversationSettings, null, null, InMemoryTransport.create(), frozen);
    }

    static Stage simulated(
            String test,
            UnaryOperator<RealtimeSimulator.Builder> simulatorSettings,
            RealtimeExtension.@Nullable TransportFactory direct,
            RealtimeExtension.@Nullable TransportFactory sideband,
            UnaryOperator<RealtimeConversations.Builder> conversationSettings,
            boolean frozen) {
        return new Stage(test, simulatorSettings, conversationSettings, direct, sideband, null, frozen);
    }

    /** The object of a parameter's type. */
    synchronized Object find(Class<?> type) {
        if (type == RealtimeSimulator.class) {
            return simulator();
        } else if (type == RealtimeConversations.class) {
            return conversations();
        } else if (type == Conversation.class) {
            return conversation();
        } else if (type == SimulatorClock.class) {
            return simulator().clock();
        } else if (type == ManualScheduler.class) {
            return given(manual, "a ManualScheduler needs RealtimeExtension.inMemory().frozenClock()");
        } else if (type == Scheduler.class) {
            return manual != null ? manual : simulator().clock();
        }
        InMemoryTransport transport =
                given(memory, "a " + type.getSimpleName() + " needs RealtimeExtension.inMemory()");
        return type == InMemoryServer.class ? transport.server() : transport;
    }

    private static <T> T given(@Nullable T value, String advice) {
        if (value == null) {
            throw new ParameterResolutionException(advice);
        }
        return value;
    }

    private RealtimeSimulator simulator() {
        if (memory != null) {
            throw new ParameterResolutionException(
                    "there is no simulator with RealtimeExtension.inMemory(): use direct(…) or sideband(…)");
        }
        RealtimeSimulator running = simulator;
        if (running == null) {
            RealtimeSimulator.Builder builder = simulatorSettings.apply(RealtimeSimulator.builder());
            running = (frozen ? builder.frozenClock() : builder).start();
            simulator = running;
        }
        return running;
    }

    private RealtimeConversations conversations() {
        RealtimeConversations ready = conversations;
        if (ready == null) {
            RealtimeConversations.Builder builder = RealtimeConversations.builder();
            if (memory != null) {
                builder.direct(memory).sideband(memory);
            } else if (direct == null && sideband == null) {
                throw new ParameterResolutionException("conversations need a transport:"
                        + " register the extension with RealtimeExtension.direct(…), sideband(…) or inMemory()");
            }
            if (direct != null) {
                builder.direct(owned(direct.apply(simulator())));
            }
            if (sideband != null) {
                builder.sideband(owned(sideband.apply(simulator())));
            }
            if (manual != null) {
                builder.scheduler(manual);
            } else if (frozen) {
                builder.scheduler(simulator().clock());
            }
            ready = conversationSettings.apply(builder).observer(open).build();
            conversations = ready;
        }
        return ready;
    }

    private Conversation conversation() {
        Conversation started = conversation;
        if (started == null) {
            started = conversations()
                    .start(StartRequest.direct(
                            SessionConfig.model("gpt-realtime").build()));
            conversation = started;
        }
        return started;
    }

    private RealtimeTransport owned(RealtimeTransport transport) {
        if (transport instanceof AutoCloseable closeable) {
            transports.push(closeable);
        }
        return transport;
    }

    /** Ends everything; what the test had left behind, if it had. */
    synchronized @Nullable AssertionError end(Duration limit, Predicate<Thread> tolerated) {
        List<AssertionError> left = new ArrayList<>();
        try {
            endConnections(new Patience(limit), left);
        } finally {
            threads.leave(limit, tolerated).ifPresent(left::add);
        }
        if (left.isEmpty()) {
            return null;
        }
        AssertionError first = left.get(0);
        left.stream().skip(1).forEach(first::addSuppressed);
        return first;
    }

    private void endConnections(Patience patience, List<AssertionError> left) {
        if (conversation != null) {
            conversation.close();
        }
        if (!patience.until(open::isEmpty)) {
            left.add(open.leak());
        }
        if (conversations != null) {
            CompletableFuture<Void> ended = conversations.shutdown().toCompletableFuture();
            patience.until(ended::isDone);
        }
        closeTransports(left);
        if (!patience.until(() -> openSockets().isEmpty())) {
            left.add(new AssertionError("left open: " + String.join("\n  ", openSockets()) + startedAt()));
        }
        if (simulator != null) {
            simulator.close();
        }
    }

    private void closeTransports(List<AssertionError> left) {
        while (!transports.isEmpty()) {
            try {
                transports.pop().close();
            } catch (Exception failure) {
                left.add(new AssertionError("the transport could not be closed", failure));
            }
        }
    }

    /** A socket does not say which conversation it is of; a test has few that it could be. */
    private String startedAt() {
        List<String> places = open.places();
        return places.isEmpty() ? "" : "\nconversations were started\n    at " + String.join("\n    at ", places);
    }

    /** Without the query, which may name a call. */
    private static String describe(Connection socket, Journal journal) {
        String upgraded = journal
                .entries(entry -> entry.kind() == JournalEntry.Kind.UPGRADED
                        && entry.connection().equals(socket.id()))
                .stream()
                .findFirst()
                .map(entry -> " at " + entry.at().toMillis() + " ms")
                .orElse("");
        return "websocket " + socket.id() + " (" + socket.kind() + "), opened" + upgraded + " by "
                + socket.request().method() + " " + socket.request().path();
    }

    /** WebSockets that stand, as the server sees them. */
    private List<String> openSockets() {
        List<String> standing = new ArrayList<>();
        if (simulator != null) {
            simulator.connections().stream()
                    .filter(Connection::isOpen)
                    .map(socket -> describe(socket, simulator.journal()))
                    .forEach(standing::add);
        }
        if (memory != null) {
            long sockets = memory.server().sockets().stream()
                    .filter(InMemorySocket::isOpen)
                    .count();
            if (sockets > 0) {
                standing.add(sockets + " in-memory sockets");
            }
        }
        return standing;
    }
}
