package dev.antiphon.app;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/**
 * Everything of the outside that a command may touch besides files and sockets. Tests put captured
 * streams in its place.
 *
 * @param out results, UTF-8
 * @param err complaints and warnings, UTF-8
 * @param in what {@code -} reads
 * @param environment environment variables
 * @param terminal how {@code out} is looked at
 */
record Console(PrintStream out, PrintStream err, InputStream in, Map<String, String> environment, Terminal terminal) {
    /** An environment variable that is set and not empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** One line on the error stream. */
    void warn(String text) {
        err.println("antiphon: " + Complaint.oneLine(text));
        err.flush();
    }

    @Override
    public String toString() {
        return "Console[" + terminal + "]";
    }
}
