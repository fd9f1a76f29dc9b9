package dev.antiphon.app;

import com.google.inject.Inject;
import dev.antiphon.testkit.media.Impairment;
import dev.antiphon.testkit.media.WebRtcPeer;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.Recording;
import dev.antiphon.testkit.simulator.Replay;
import dev.antiphon.testkit.simulator.Script;
import dev.antiphon.testkit.simulator.tls.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code simulator}: a server that speaks the protocol, on the loopback interface, until it is stopped. */
@Command(
        name = "simulator",
        header = "Runs a simulated Realtime server on 127.0.0.1.",
        sortOptions = false,
        description = {
            "",
            "It runs until it is stopped with Ctrl-C and accepts any key that does not look real. Its calls carry",
            "media: a browser that offers WebRTC is heard and answered.",
            "The first line of output names its base URL:",
            "{\"event\":\"listening\",\"baseUrl\":\"http://127.0.0.1:PORT/v1\"}"
        })
final class SimulatorCommand implements Callable<Integer> {
    private static final int HIGHEST_PORT = 65_535;

    private final Console console;
    private final StopSignal stop;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description = "Port to listen on; 0, the default, picks a free one.")
    private int port;

    @Option(
            names = "--join-delay",
            paramLabel = "DURATION",
            defaultValue = "0s",
            converter = DurationConverter.class,
            description = "Holds each sideband join back by this: 500ms, 1s, PT1.5S.")
    private Duration joinDelay = Duration.ZERO;

    @Option(
            names = "--script",
            paramLabel = "FILE",
            description = "Plays the rules and misfortunes of this file, JSON or YAML; docs/simulator.md describes it.")
    private @Nullable Path script;

    @Option(
            names = "--control",
            description = "Lets a test in another language read the journal, open gates and move the clock,"
                    + " under /simulator/.")
    private boolean control;

    @Option(
            names = "--frozen-clock",
            description = "Time stands still until --control moves it: pauses, pacing, expiry.")
    private boolean frozenClock;

    @Option(
            names = "--tls",
            description = {
                "Speaks https and wss, with a certificate for localhost from an authority made at the start.",
                "The first line of output then names the file to trust: \"caFile\"."
            })
    private boolean tls;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "With --tls: writes the authority's certificate here; the default is a temporary file.")
    private @Nullable Path caFile;

    @Option(
            names = "--no-media",
            description = "Answers offers without media: the addresses in the answer lead nowhere.")
    private boolean noMedia;

    @Option(
            names = "--loss",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "Loses this share of the media datagrams, both ways.")
    private double lossPercent;

    @Option(
            names = "--delay",
            paramLabel = "DURATION",
            defaultValue = "0s",
            converter = DurationConverter.class,
            description = "Delays media datagrams by this, both ways.")
    private Duration delay = Duration.ZERO;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description = {
                "Plays the server's part of a conversation that talk --record wrote, to each client anew.",
                "It waits for the recorded kinds of client events and passes over others."
            })
    private Optional<Path> replay = Optional.empty();

    @Option(
            names = "--strict",
            description = "With --replay: a client that says something else, ids aside, is closed with 1008.")
    private boolean strict;

    @Option(names = "--no-pauses", description = "With --replay: leaves out the pauses of the server.")
    private boolean noPauses;

    @Option(
            names = "--journal",
            description = "Prints what happens as JSON, one line each, without content: requests, handshakes, events.")
    private boolean journal;

    @Inject
    SimulatorCommand(Console console, StopSignal stop) {
        this.console = console;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--port " + port + " is no port: give 0 to " + HIGHEST_PORT);
        }
        if (!(lossPercent >= 0 && lossPercent <= 100)) {
            throw new ParameterException(
                    spec.commandLine(), "--loss " + lossPercent + " is no percentage: give 0 to 100");
        }
        CountDownLatch stopped = new CountDownLatch(1);
        stop.onRaise(stopped::countDown);
        JsonLines lines = new JsonLines(console.out());
        CountDownLatch announced = new CountDownLatch(1);
        Consumer<JournalEntry> listener = journal ? entry -> print(lines, announced, entry) : entry -> {};
        RealtimeSimulator.Builder settings =
                RealtimeSimulator.builder().port(port).joinDelay(joinDelay).listener(listener);
        replay().ifPresent(settings::replay);
        readScript().ifPresent(settings::script);
        if (control) {
            settings.control();
        }
        if (frozenClock) {
            settings.frozenClock();
        }
        Optional<Path> trust = encrypt(settings);
        try (RealtimeSimulator simulator = start(settings)) {
            ObjectNode listening = JsonLines.event("listening")
                    .put("baseUrl", simulator.baseUrl().toString());
            trust.ifPresent(file -> listening.put("caFile", file.toString()));
            lines.write(listening);
            announced.countDown();
            stopped.await();
        }
        return 0;
    }

    private Optional<Replay> replay() {
        if (replay.isEmpty() && (strict || noPauses)) {
            throw new ParameterException(spec.commandLine(), "--strict and --no-pauses mean nothing without --replay");
        }
        return replay.map(file -> {
            try {
                Replay played = Replay.of(Recording.of(Files.readAllLines(file)));
                played = strict ? played.strict() : played;
                return noPauses ? played.unpaced() : played;
            } catch (IOException unreadable) {
                throw Complaint.usage("cannot read the recording " + Reasons.of(unreadable, file));
            } catch (IllegalArgumentException malformed) {
                throw Complaint.usage("cannot replay " + file + ": " + malformed.getMessage());
            }
        });
    }

    private Optional<Script> readScript() {
        if (script == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ScriptFile.read(script));
        } catch (IOException e) {
            throw Complaint.failed("cannot read the script: is there a file " + script + "?");
        } catch (IllegalArgumentException e) {
            throw Complaint.failed("the script " + script.getFileName() + " is not understood: " + e.getMessage());
        }
    }

    /** Gives the file with the certificate to trust; empty without TLS. */
    private Optional<Path> encrypt(RealtimeSimulator.Builder settings) {
        if (!tls) {
            if (caFile != null) {
                throw new ParameterException(spec.commandLine(), "--ca-file means nothing without --tls");
            }
            return Optional.empty();
        }
        CertificateAuthority authority = CertificateAuthority.create();
        settings.tls(authority.issueForLoopback());
        try {
            Path file = caFile == null ? temporary() : caFile.toAbsolutePath();
            Files.writeString(file, authority.pem());
            return Optional.of(file);
        } catch (IOException e) {
            throw Complaint.failed("cannot write the certificate: choose another place with --ca-file");
        }
    }

    private static Path temporary() throws IOException {
        Path file = Files.createTempFile("antiphon-simulator-ca-", ".pem");
        file.toFile().deleteOnExit();
        return file;
    }

    private RealtimeSimulator start(RealtimeSimulator.Builder settings) {
        if (!noMedia) {
            settings.media(WebRtcPeer.builder()
                    .impairment(new Impairment(lossPercent / 100, delay, Duration.ZERO))
                    .start());
        }
        try {
            return settings.start();
        } catch (UncheckedIOException refused) {
            throw Complaint.failed("cannot listen on 127.0.0.1:" + port + ": the port is in use or not allowed; choose"
                    + " another with --port, or 0 for a free one");
        }
    }

    private static void print(JsonLines lines, CountDownLatch announced, JournalEntry entry) {
        try {
            announced.await();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return;
        }
        ObjectNode line = JsonLines.event("journal")
                .put("kind", entry.kind().name())
                .put("connection", entry.connection())
                .put("type", entry.type())
                .put("atMillis", entry.at().toMillis());
        lines.write(line);
    }
}
