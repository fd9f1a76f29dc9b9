package dev.antiphon.app.figures;

import dev.antiphon.testkit.media.WebRtcPeer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the gateway adds: the same offer posted to a simulator and to a gateway in front of it, in turn, and how
 * soon a caller through the gateway hears the answer to what it said. Simulator, gateway and callers are three
 * processes, the first two started as from a shell. Argument: pairs, 300 by default.
 */
final class GatewayFigures {
    private static final int WARM_UP = 500;
    private static final int TURNS = 12;
    private static final Pattern ADDRESS = Pattern.compile("\"(?:url|baseUrl)\":\"([^\"]+?)/?\"");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final WebRtcPeer peer = WebRtcPeer.builder().loopbackOnly().start();
    private final String simulator;
    private final String gateway;

    private GatewayFigures(String simulator, String gateway) {
        this.simulator = simulator;
        this.gateway = gateway;
    }

    public static void main(String[] arguments) throws Exception {
        int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
        List<Process> servers = new ArrayList<>();
        try {
            String simulator = start(servers, "simulator", "--port", "0");
            String gateway = start(servers, "serve", "--port", "0", "--upstream", simulator);
            GatewayFigures figures = new GatewayFigures(simulator, gateway);
            figures.peer.awaitWarm(Duration.ofSeconds(30));
            figures.answers(pairs);
            figures.turns();
        } finally {
            servers.forEach(Process::destroy);
        }
        System.exit(0);
    }

    /** Starts a command of the application; where it listens, without a slash at the end. */
    static String start(List<Process> servers, String... command) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                MediaCallFigures.classPath(),
                // Not the tests' own, which writes to the standard output that nobody reads.
                "-Dlogback.configurationFile=logback.xml",
                "dev.antiphon.app.Antiphon"));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OPENAI_API_KEY", "figures");
        builder.environment().put("ANTIPHON_LOG", "ERROR");
        Process process = builder.start();
        servers.add(process);
        String first =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        Matcher found = ADDRESS.matcher(String.valueOf(first));
        if (!found.find()) {
            throw new IllegalStateException(command[0] + " does not say where it listens: " + first);
        }
        return found.group(1);
    }

    /** The gateway takes no data channel: the sideband controls the session. */
    private static String audioOnly(String offer) {
        return offer.substring(0, offer.indexOf("m=application")).replace("BUNDLE 0 1", "BUNDLE 0");
    }

    private HttpRequest toGateway(String offer) {
        return HttpRequest.newBuilder(URI.create(gateway + "/calls"))
                .header("Origin", gateway)
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(offer))
                .build();
    }

    private void answers(int pairs) throws Exception {
        List<Double> bare = new ArrayList<>();
        List<Double> through = new ArrayList<>();
        List<Double> added = new ArrayList<>();
        for (int i = 0; i < WARM_UP + pairs; i++) {
            double direct;
            double guided;
            if (i % 2 == 0) {
                direct = direct();
                guided = guided();
            } else {
                guided = guided();
                direct = direct();
            }
            if (i >= WARM_UP) {
                bare.add(direct);
                through.add(guided);
                added.add(guided - direct);
            }
        }
        Callers.print("answer of the simulator", bare);
        Callers.print("answer through the gateway", through);
        Callers.print("added by the gateway, pair by pair", added);
    }

    private double direct() throws Exception {
        try (Caller caller = new Caller(peer)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(simulator + "/realtime/calls"))
                    .header("Authorization", "Bearer figures")
                    .header("Content-Type", "application/sdp")
                    .POST(BodyPublishers.ofString(audioOnly(caller.media().offer())))
                    .build();
            long start = System.nanoTime();
            HttpResponse<String> response = created(request);
            double millis = (System.nanoTime() - start) / 1e6;
            HTTP.send(
                    HttpRequest.newBuilder(URI.create(simulator)
                                    .resolve(response.headers()
                                                    .firstValue("Location")
                                                    .orElseThrow() + "/hangup"))
                            .header("Authorization", "Bearer figures")
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.discarding());
            return millis;
        }
    }

    private double guided() throws Exception {
        try (Caller caller = new Caller(peer)) {
            HttpRequest request = toGateway(audioOnly(caller.media().offer()));
            long start = System.nanoTime();
            HttpResponse<String> response = created(request);
            double millis = (System.nanoTime() - start) / 1e6;
            ask(response, "", "DELETE");
            awaitNoCalls();
            return millis;
        }
    }

    /** A hang-up that still goes on would be in the way of the next measurement. */
    private void awaitNoCalls() throws Exception {
        HttpRequest health =
                HttpRequest.newBuilder(URI.create(gateway + "/health")).build();
        while (!HTTP.send(health, BodyHandlers.ofString()).body().contains("\"calls\":0")) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static HttpResponse<String> created(HttpRequest request) throws Exception {
        HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new IllegalStateException(request.uri() + " answers " + response.statusCode());
        }
        return response;
    }

    private void ask(HttpResponse<String> call, String action, String method) throws Exception {
        String path = call.headers().firstValue("Location").orElseThrow();
        HTTP.send(
                HttpRequest.newBuilder(URI.create(gateway + path + action))
                        .header("Origin", gateway)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());
    }

    private void turns() throws Exception {
        try (Caller caller = new Caller(peer)) {
            HttpResponse<String> call =
                    created(toGateway(audioOnly(caller.media().offer())));
            caller.media().accept(call.body());
            caller.awaitConnected();
            for (int i = 0; i < TURNS; i++) {
                caller.speak();
                caller.answered().get(30, TimeUnit.SECONDS);
                ask(call, "/interrupt", "POST");
                TimeUnit.MILLISECONDS.sleep(300);
            }
            ask(call, "", "DELETE");
            Callers.print("end of speech to first sound, through the gateway with its own session", caller.delays());
        }
    }
}
