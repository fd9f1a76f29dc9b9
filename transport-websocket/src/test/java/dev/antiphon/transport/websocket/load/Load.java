package dev.antiphon.transport.websocket.load;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Runs every measure for the bare client and for Antiphon, in turn, and prints one table.
 *
 * <p>Arguments: a factor for the length of each measure (1 unless given; 0.1 is a trial), and names of
 * measures (all unless given). Server and client each get a processor of their own where
 * {@code taskset} is at hand.
 */
final class Load {
    private static final String ROW = "%-34s %-32s %12s %12s %7s  %s%n";

    private Load() {}

    public static void main(String[] arguments) throws IOException {
        double scale = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
        Set<Measure> measures = EnumSet.noneOf(Measure.class);
        Arrays.stream(arguments).skip(1).map(Measure::valueOf).forEach(measures::add);
        System.out.printf(
                "JDK %s, %d processors, scale %s%n%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors(), scale);
        System.out.printf(ROW, "measure", "figure", "bare", "Antiphon", "ratio", "goal");
        for (Measure measure : measures.isEmpty() ? EnumSet.allOf(Measure.class) : measures) {
            Map<String, Double> bare = run(measure, "bare", scale);
            Map<String, Double> ours = run(measure, "antiphon", scale);
            boolean first = true;
            for (Measure.Goal goal : measure.goals) {
                print(first ? measure.title : "", goal, figure(bare, goal), figure(ours, goal));
                first = false;
            }
        }
    }

    private static double figure(Map<String, Double> figures, Measure.Goal goal) {
        return Objects.requireNonNull(figures.get(goal.name()), "the worker printed no figure " + goal.name());
    }

    private static void print(String title, Measure.Goal goal, double bare, double ours) {
        double ratio = ours / bare;
        double judged = goal.isRatio() ? ratio : ours;
        String verdict = Double.isNaN(goal.limit())
                ? ""
                : (goal.isRatio() ? "ratio ≤ " : "≤ ")
                        + number(goal.limit())
                        + (judged <= goal.limit() ? "  yes" : "  NO");
        System.out.printf(
                ROW,
                title,
                goal.unit(),
                number(bare),
                number(ours),
                bare > 0 ? String.format(Locale.ROOT, "%.2f", ratio) : "",
                verdict);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value == Math.rint(value) || value >= 1_000 ? "%,.0f" : "%.2f", value);
    }

    /** One worker against a server of its own. */
    private static Map<String, Double> run(Measure measure, String subject, double scale) throws IOException {
        Process server = java(1, LoadServer.class).start();
        try (BufferedReader said = server.inputReader()) {
            String port = String.valueOf(said.readLine()).replace("PORT ", "");
            Process worker = java(0, LoadWorker.class, measure.name(), subject, port, String.valueOf(scale))
                    .start();
            return figures(measure + " of " + subject, worker);
        } finally {
            server.destroyForcibly();
        }
    }

    private static Map<String, Double> figures(String what, Process worker) throws IOException {
        Map<String, Double> figures = new HashMap<>();
        StringBuilder other = new StringBuilder();
        try (BufferedReader said = worker.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3 && words[0].equals("FIGURE")) {
                    figures.put(words[1], Double.valueOf(words[2]));
                } else {
                    other.append(line).append('\n');
                }
            }
        }
        if (figures.isEmpty()) {
            throw new IllegalStateException(what + " failed:\n" + other);
        }
        return figures;
    }

    private static ProcessBuilder java(int processor, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        if (Runtime.getRuntime().availableProcessors() > 1 && isOnPath("taskset")) {
            command.addAll(List.of("taskset", "-c", String.valueOf(processor)));
        }
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch"));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private static boolean isOnPath(String tool) {
        return Arrays.stream(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, tool).canExecute());
    }
}
