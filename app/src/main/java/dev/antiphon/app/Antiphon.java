package dev.antiphon.app;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private static final int STOP_SECONDS = 10;

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
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopOrderly(stop, exitCode), "antiphon-stop"));
        int code = new Shell(console, stop).run(args);
        console.out().flush();
        exitCode.complete(code);
        System.exit(code);
    }

    /** After Ctrl-C the command ends by itself and its exit code counts, not that of the signal. */
    private static void stopOrderly(StopSignal stop, CompletableFuture<Integer> exitCode) {
        if (exitCode.isDone() || !stop.raise()) {
            return;
        }
        int code = Complaint.FAILED;
        try {
            code = exitCode.get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException | InterruptedException stuck) {
            System.err.println("antiphon: the command did not stop within " + STOP_SECONDS + " s");
        }
        Runtime.getRuntime().halt(code);
    }
}
