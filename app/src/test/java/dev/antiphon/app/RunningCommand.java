package dev.antiphon.app;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A command that runs on a thread of its own, so that a test can act while it does. */
final class RunningCommand {
    private static final int DEADLINE_SECONDS = 30;

    private final CapturedConsole console;
    private final CompletableFuture<Integer> exit;

    private RunningCommand(CapturedConsole console, String... args) {
        this.console = console;
        this.exit = CompletableFuture.supplyAsync(() -> console.run(args), task -> new Thread(task, "command").start());
    }

    static RunningCommand start(CapturedConsole console, String... args) {
        return new RunningCommand(console, args);
    }

    /** The first line of JSON output that fits, waiting for it. */
    JsonNode await(Predicate<JsonNode> fits) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        int seen = -1;
        while (System.nanoTime() < deadline) {
            seen = console.awaitMoreThan(seen, deadline);
            for (JsonNode line : json(console)) {
                if (fits.test(line)) {
                    return line;
                }
            }
        }
        throw new AssertionError("no such line came:\n" + console.out() + console.err());
    }

    JsonNode await(String event) throws InterruptedException {
        return await(line -> line.path("event").asString("").equals(event));
    }

    /** Waits for the end. */
    int exitCode() throws Exception {
        return exit.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** Complete lines of output so far. */
    static List<JsonNode> json(CapturedConsole console) {
        String out = console.out();
        return out.substring(0, out.lastIndexOf('\n') + 1)
                .lines()
                .map(JsonLines::parse)
                .toList();
    }
}
