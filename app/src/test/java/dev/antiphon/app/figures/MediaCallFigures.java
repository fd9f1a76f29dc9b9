package dev.antiphon.app.figures;

import com.sun.management.OperatingSystemMXBean;
import dev.antiphon.testkit.media.WebRtcPeer;
import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What calls with media cost: how soon an offer is answered and a caller hears the assistant, and what fifty
 * calls at once need. The callers run in a process of their own, {@link Callers}, so that the processor time
 * printed is the simulator's alone. Arguments: calls at once and their seconds, {@code 50 20} by default.
 */
final class MediaCallFigures {
    private static final OperatingSystemMXBean MACHINE =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private MediaCallFigures() {}

    public static void main(String[] arguments) throws Exception {
        String calls = arguments.length > 0 ? arguments[0] : "50";
        String seconds = arguments.length > 1 ? arguments[1] : "20";
        WebRtcPeer peer = WebRtcPeer.builder().loopbackOnly().start();
        peer.awaitWarm(Duration.ofSeconds(30));
        try (RealtimeSimulator simulator =
                RealtimeSimulator.builder().media(peer).start()) {
            Process callers = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            classPath(),
                            Callers.class.getName(),
                            simulator.baseUrl().toString(),
                            calls,
                            seconds)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(callers.getInputStream(), StandardCharsets.UTF_8))) {
                follow(lines, simulator);
            }
            callers.waitFor();
        }
        System.exit(0);
    }

    /** exec:java runs inside Maven, whose class path is not ours. */
    static String classPath() {
        if (MediaCallFigures.class.getClassLoader() instanceof URLClassLoader loader) {
            return String.join(
                    System.getProperty("path.separator"),
                    Arrays.stream(loader.getURLs())
                            .map(url -> Path.of(URI.create(url.toString())))
                            .map(Path::toString)
                            .toList());
        }
        return System.getProperty("java.class.path");
    }

    private static void follow(BufferedReader lines, RealtimeSimulator simulator) throws Exception {
        long processor = 0;
        long start = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(Callers.BEGIN)) {
                processor = MACHINE.getProcessCpuTime();
                start = System.nanoTime();
            } else if (line.equals(Callers.END)) {
                double used = (double) (MACHINE.getProcessCpuTime() - processor) / (System.nanoTime() - start);
                report(simulator.calls().live(), used);
            } else {
                System.out.println(line);
            }
        }
    }

    private static void report(List<Call> live, double processors) {
        long lost = live.stream()
                .mapToLong(call -> call.figures().received().lost())
                .sum();
        long received = live.stream()
                .mapToLong(call -> call.figures().received().packets())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "simulator: %.2f processors for %d calls, %d packets of sound received, %d lost, %d threads%n",
                processors,
                live.size(),
                received,
                lost,
                Thread.activeCount());
    }
}
