package dev.antiphon.app;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The command line {@code antiphon}. Each command is a class of its own, built by Guice. */
@Command(
        name = "antiphon",
        description = "Realtime voice and text conversations, from the command line.",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            TalkCommand.class,
            SimulatorCommand.class,
            InspectCommand.class,
            DoctorCommand.class
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        optionListHeading = "%n",
        footer = {"", "Exit codes: 0 success, 1 the conversation or check failed, 2 wrong usage."})
final class Antiphon {
    private Antiphon() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        // Guice's default class definer makes JDK 24 and later warn on the error stream.
        System.setProperty("guice_custom_class_loading", "CHILD");
        Map<String, String> environment = System.getenv();
        Console console = new Console(
                new PrintStream(System.out, false, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                System.in,
                environment,
                Terminal.of(environment));
        StopSignal stop = new StopSignal();
        CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopOrderly(stop, exitCode, console), "antiphon-stop"));
        int code = new Shell(console, stop).run(args);
        console.out().flush();
        exitCode.complete(code);
        System.exit(code);
    }

    /** After Ctrl-C the command ends by itself and its exit code counts, not that of the signal. */
    private static void stopOrderly(StopSignal stop, CompletableFuture<Integer> exitCode, Console console) {
        if (!exitCode.isDone() && stop.raise()) {
            Runtime.getRuntime().halt(OrderlyStop.await(exitCode, StopSignal.LIMIT, console));
        }
    }
}
