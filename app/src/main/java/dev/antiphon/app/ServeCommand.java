package dev.antiphon.app;

import com.google.inject.Inject;
import dev.antiphon.app.gateway.Access;
import dev.antiphon.app.gateway.Gateway;
import dev.antiphon.app.gateway.GatewayLimits;
import dev.antiphon.app.gateway.GatewayMetrics;
import dev.antiphon.app.gateway.GatewaySettings;
import dev.antiphon.core.model.InputTranscription;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.TurnDetection;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: the gateway and its page, until it is stopped. */
@Command(
        name = "serve",
        header = "Runs the gateway and its web page.",
        sortOptions = false,
        description = {
            "",
            "Open the page it names in a browser, press the button and talk. The browser's media goes straight to the"
                    + " model; this process creates the call, hands the answer over at once and holds the sideband:"
                    + " tools, transcript, control and the key.",
            "",
            "Without --upstream the model is simulated: it needs no key and no network.",
            "The first line of output names the address:",
            "{\"event\":\"listening\",\"url\":\"http://127.0.0.1:PORT/\"}"
        })
final class ServeCommand implements Callable<Integer> {
    /** A browser cannot send this variable, and arguments are visible to every user of the machine. */
    static final String TOKEN = "ANTIPHON_ACCESS_TOKEN";

    private static final String TRANSCRIBER = "gpt-4o-mini-transcribe";
    private static final int HIGHEST_PORT = 65_535;

    private final Console console;
    private final StopSignal stop;
    private final Switchboard.Factory switchboards;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "Port to listen on, 8080 by default; 0 picks a free one.")
    private int port;

    @Option(
            names = "--address",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description = "Address to listen on, 127.0.0.1 by default. Any other needs access control: set " + TOKEN
                    + " or give --identity-header.")
    private String address = "127.0.0.1";

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description = "A web origin whose pages may use the gateway beside its own, such as"
                    + " https://talk.example.com. Can be given several times.")
    private Set<String> origins = new LinkedHashSet<>();

    @Option(
            names = "--identity-header",
            paramLabel = "NAME",
            description = "Header in which a reverse proxy in front names the user. Only that proxy may reach the"
                    + " gateway then.")
    private Optional<String> identityHeader = Optional.empty();

    @Option(
            names = "--calls",
            paramLabel = "N",
            defaultValue = "100",
            description = "Most calls at a time, 100 by default.")
    private int calls;

    @Option(
            names = "--calls-per-client",
            paramLabel = "N",
            defaultValue = "4",
            description = "Most calls of one client at a time, 4 by default.")
    private int callsPerClient;

    @Option(
            names = "--turn-silence",
            paramLabel = "DURATION",
            defaultValue = "320ms",
            converter = DurationConverter.class,
            description = "Silence that ends a caller's turn, 320ms by default. Shorter answers sooner, longer lets"
                    + " people think.")
    private Duration turnSilence = Duration.ZERO;

    @ArgGroup(exclusive = false, heading = "A real server instead of the simulated one:%n")
    private @Nullable UpstreamOptions upstream;

    @Mixin
    private SessionOptions session = new SessionOptions();

    @Inject
    ServeCommand(Console console, StopSignal stop, Switchboard.Factory switchboards) {
        this.console = console;
        this.stop = stop;
        this.switchboards = switchboards;
    }

    @Override
    public Integer call() throws InterruptedException {
        GatewaySettings settings = settings();
        CountDownLatch stopped = new CountDownLatch(1);
        stop.onRaise(stopped::countDown);
        GatewayMetrics metrics = new GatewayMetrics();
        if (upstream == null) {
            try (SimulatedProvider simulated = SimulatedProvider.start()) {
                serve(settings.withJoinDelay(simulated), simulated.endpoint(), metrics, stopped);
            }
        } else {
            serve(settings, upstream.read(console), metrics, stopped);
        }
        return 0;
    }

    private void serve(
            GatewaySettings settings, RealtimeEndpoint endpoint, GatewayMetrics metrics, CountDownLatch stopped)
            throws InterruptedException {
        Switchboard switchboard = switchboards.to(endpoint, SocketSettings.defaults(), metrics);
        switchboard.onLeftBehind(console::warn);
        try (switchboard;
                Gateway gateway = start(settings, switchboard, metrics)) {
            new JsonLines(console.out())
                    .write(JsonLines.event("listening").put("url", gateway.url().toString()));
            stopped.await();
        }
    }

    private Gateway start(GatewaySettings settings, Switchboard switchboard, GatewayMetrics metrics) {
        try {
            return Gateway.start(settings, switchboard.provider(), metrics);
        } catch (UncheckedIOException refused) {
            throw Complaint.failed("cannot listen on " + address + ":" + port + ": the port is in use or not allowed;"
                    + " choose another with --port, or 0 for a free one");
        } catch (IllegalArgumentException refused) {
            throw Complaint.usage(String.valueOf(refused.getMessage()));
        }
    }

    private GatewaySettings settings() {
        if (port < 0 || port > HIGHEST_PORT) {
            throw Complaint.usage("--port " + port + " is no port: give 0 to " + HIGHEST_PORT);
        } else if (calls < 1 || callsPerClient < 1) {
            throw Complaint.usage("--calls and --calls-per-client are at least 1");
        }
        SessionConfig config = session.read().toBuilder()
                .transcription(InputTranscription.by(TRANSCRIBER))
                .turnDetection(TurnDetection.serverVad().silence(turnSilence))
                .build();
        try {
            return new GatewaySettings(
                    InetAddress.getByName(address),
                    port,
                    origins,
                    access(),
                    GatewayLimits.DEFAULT.withCalls(calls, callsPerClient),
                    config,
                    Optional.empty());
        } catch (UnknownHostException unknown) {
            throw Complaint.usage("--address " + address + " is no address of this machine");
        } catch (IllegalArgumentException refused) {
            throw Complaint.usage(String.valueOf(refused.getMessage()));
        }
    }

    private Access access() {
        Optional<String> token = console.variable(TOKEN);
        if (identityHeader.isPresent() && token.isPresent()) {
            throw Complaint.usage("--identity-header and " + TOKEN + " cannot both decide who has access: leave out the"
                    + " header or unset the variable");
        } else if (identityHeader.isPresent()) {
            return Access.identityHeader(identityHeader.get());
        }
        return token.isPresent() ? Access.token(token.get()) : Access.open();
    }
}
