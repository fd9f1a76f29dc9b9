package dev.antiphon.app.gateway;

import dev.antiphon.core.model.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server that turns browsers' offers into calls. It serves from {@link #start} until {@link #close},
 * which lets no call begin any more, hangs up those that live, tells their browsers and then stops
 * listening.
 *
 * <p>A few threads serve all calls: nothing here waits for a browser or for the provider.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final int HEADER_BYTES = 8 * 1024;
    private static final int SEND_BUFFER = 32 * 1024;
    private static final int THREADS = 24;
    /** Connections that serve no request are not waited for. */
    private static final int SHUTDOWN_IDLE_MILLIS = 100;

    private final GatewaySettings settings;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, Gateway::timerThread);
    private final CallDesk desk;
    private final KeyWatch key;
    private final Server server;
    private final ServerConnector connector;

    private Gateway(GatewaySettings settings, Provider provider, GatewayMetrics metrics) {
        this.settings = settings;
        timer.setRemoveOnCancelPolicy(true);
        GatewayLimits limits = settings.limits();
        List<GatewayTool> tools = List.of(new ClockTool(Clock.system(ZoneId.systemDefault())));
        desk = new CallDesk(limits, tools, timer);
        key = new KeyWatch(provider, new TimerTime(timer));
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
        threads.setName("antiphon-http");
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http(limits)));
        connector.setHost(settings.address().getHostAddress());
        connector.setPort(settings.port());
        connector.setIdleTimeout(limits.requests().time().toMillis());
        connector.setAcceptQueueSize(1024);
        // What a browser does not read waits here and not in the kernel, where nobody would notice.
        connector.setAcceptedSendBufferSize(SEND_BUFFER);
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
        RequestDeadline deadline = new RequestDeadline(timer, limits.requests().time());
        connector.addBean(deadline);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.requests().connections(), connector));
        server.setErrorHandler(new PlainErrors());
        open();
        CallActions actions = new CallActions(
                desk,
                provider,
                settings.session().toBuilder()
                        .tools(tools.stream().<Tool>map(GatewayTool::definition).toList())
                        .build(),
                settings,
                key,
                metrics,
                threads,
                timer);
        server.setHandler(new GracefulHandler(new GatewayHandler(
                new Protection(new Origins(connector.getLocalPort(), settings.origins())),
                settings.access(),
                actions,
                metrics,
                deadline)));
        server.setStopTimeout(GatewayLimits.LAST_WORDS.toMillis());
    }

    /**
     * Starts a gateway.
     *
     * @param metrics also given to the provider's conversations, so that their figures are served
     * @throws UncheckedIOException if the port cannot be bound
     * @throws IllegalArgumentException if an origin is none
     */
    public static Gateway start(GatewaySettings settings, Provider provider, GatewayMetrics metrics) {
        Gateway gateway = new Gateway(settings, provider, metrics);
        try {
            gateway.server.start();
        } catch (Exception refused) {
            gateway.timer.shutdownNow();
            throw new IllegalStateException("the HTTP server does not start", refused);
        }
        gateway.key.ask();
        return gateway;
    }

    /** Where its page is. */
    public URI url() {
        String host = settings.address().getHostAddress();
        return URI.create(
                "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + connector.getLocalPort() + "/");
    }

    /** Calls that live. */
    public int liveCalls() {
        return desk.live();
    }

    /** Waits until no call lives; false if the time is up before. */
    boolean awaitNoCalls(Duration limit) throws InterruptedException {
        return desk.awaitEnd(limit);
    }

    /** Ends all calls, tells their browsers, stops listening. Takes as long as the settings allow; idempotent. */
    @Override
    public void close() {
        desk.drain();
        key.stop();
        try {
            if (!awaitNoCalls(settings.limits().drainTime())) {
                log.warn("{} calls did not end in time", desk.live());
            }
            server.stop();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            log.warn("the HTTP server did not stop well", failed);
        } finally {
            timer.shutdownNow();
        }
    }

    /** The port is bound before anything depends on its number. */
    private void open() {
        try {
            connector.open();
        } catch (IOException refused) {
            timer.shutdownNow();
            throw new UncheckedIOException(refused);
        }
    }

    private static HttpConfiguration http(GatewayLimits limits) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        // Line feeds alone end no line: what stands in front of us may read them otherwise.
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setUriCompliance(UriCompliance.DEFAULT);
        http.setIdleTimeout(limits.requests().time().toMillis());
        return http;
    }

    private static Thread timerThread(Runnable work) {
        Thread thread = new Thread(work, "antiphon-gateway-timer");
        thread.setDaemon(true);
        return thread;
    }
}
