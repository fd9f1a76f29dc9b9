package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The server that the Autobahn suite judges: a simulator that says nothing of its own and echoes each message. */
public final class AutobahnEchoServer {
    private AutobahnEchoServer() {}

    /** Serves on port {@code args[0]} until the process is ended. */
    public static void main(String[] args) throws Exception {
        CompletableFuture<RealtimeSimulator> started = new CompletableFuture<>();
        RealtimeSimulator simulator = RealtimeSimulator.builder()
                .port(Integer.parseInt(args[0]))
                .acceptAnonymous()
                .silent()
                .script(new BinaryEcho())
                .journalLimits(1_000, 1_000)
                .listener(entry -> echo(entry, started))
                .start();
        started.complete(simulator);
        System.out.println("listening on " + simulator.webSocketUrl() + "?model=echo");
        new CountDownLatch(1).await();
    }

    /** The journal has every text as it came, JSON or not. */
    private static void echo(JournalEntry entry, CompletableFuture<RealtimeSimulator> server) {
        if (entry.kind() == Kind.RECEIVED) {
            server.join().connections().stream()
                    .filter(connection -> connection.id().equals(entry.connection()))
                    .forEach(connection -> connection.send(entry.text()));
        }
    }

    private static final class BinaryEcho implements Script {
        @Override
        public boolean handle(Connection connection, JsonView event) {
            return true;
        }

        @Override
        public boolean handleBinary(Connection connection, byte[] message) {
            connection.sendBinary(message);
            return true;
        }
    }
}
