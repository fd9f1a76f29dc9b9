package dev.antiphon.app;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns arguments into one command and its result into an exit code. Whatever goes wrong becomes one
 * line on the error stream.
 */
final class Shell {
    private static final Logger log = LoggerFactory.getLogger(Shell.class);
    private static final int COLUMNS = 80;

    private final Console console;
    private final StopSignal stop;

    Shell(Console console, StopSignal stop) {
        this.console = console;
        this.stop = stop;
    }

    /** Runs a command: 0 is success, 1 a failed conversation or check, 2 wrong usage. */
    int run(String... args) {
        Injector injector = Guice.createInjector(new AppModule(console, stop));
        CommandLine line = new CommandLine(Antiphon.class, new GuiceFactory(injector));
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(console.terminal().colour() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpWidth(COLUMNS);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(this::refuse);
        line.setExecutionExceptionHandler(this::report);
        return line.execute(args);
    }

    private int refuse(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        console.warn(reason(wrong) + "; see: " + command.getCommandSpec().qualifiedName() + " --help");
        return Complaint.USAGE;
    }

    private static String reason(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String first = unmatched.getUnmatched().get(0);
            return (unmatched.isUnknownOption() ? "unknown option '" : "unexpected argument '") + first + "'";
        }
        String message = String.valueOf(wrong.getMessage());
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private int report(Exception fault, CommandLine command, CommandLine.ParseResult parsed) {
        console.out().flush();
        if (fault instanceof Complaint complaint) {
            console.warn(String.valueOf(complaint.getMessage()));
            return complaint.exitCode();
        }
        log.debug("{} failed", command.getCommandName(), fault);
        console.warn("internal error, please report it: " + fault);
        return Complaint.FAILED;
    }

    /** Lets Guice build the commands; picocli's own small classes are built by picocli. */
    private static final class GuiceFactory implements CommandLine.IFactory {
        private final Injector injector;
        private final CommandLine.IFactory fallback = CommandLine.defaultFactory();

        GuiceFactory(Injector injector) {
            this.injector = injector;
        }

        @Override
        public <K> K create(Class<K> type) throws Exception {
            boolean ours =
                    Runnable.class.isAssignableFrom(type) || java.util.concurrent.Callable.class.isAssignableFrom(type);
            return ours ? injector.getInstance(type) : fallback.create(type);
        }
    }
}
