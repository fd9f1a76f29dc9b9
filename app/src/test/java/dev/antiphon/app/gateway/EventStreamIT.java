package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream of events beside other requests, on a server like the gateway's: one thread reads what comes in. */
class EventStreamIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch told = new CountDownLatch(1);
    private final EventLog events = new EventLog(1, 1_024, this::slowState);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final QueuedThreadPool threads = new QueuedThreadPool(8, 4);
    private final Server server = new Server(threads);
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final HttpClient client = HttpClient.newHttpClient();

    private String slowState() {
        asked.countDown();
        try {
            return "{\"told\":" + told.await(PATIENCE.toSeconds(), TimeUnit.SECONDS) + "}";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "{}";
        }
    }

    private void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                if (Request.getPathInContext(request).equals("/events")) {
                    new EventStream(
                                    events,
                                    0,
                                    request,
                                    response,
                                    callback,
                                    threads,
                                    timer,
                                    GatewayLimits.DEFAULT,
                                    cut -> {})
                            .open();
                } else {
                    response.write(true, null, callback);
                }
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        told.countDown();
        events.end("end", "{}");
        server.stop();
        timer.shutdownNow();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.getLocalPort() + path))
                .timeout(PATIENCE.dividedBy(2))
                .build();
    }

    @Test
    void a_state_that_takes_long_to_tell_holds_up_no_other_request() throws Exception {
        start();
        for (int i = 0; i < 3; i++) {
            events.append("text", "{\"n\":" + i + "}");
        }
        var stream = client.sendAsync(request("/events"), BodyHandlers.ofString());
        assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        HttpResponse<String> other = client.send(request("/"), BodyHandlers.ofString());

        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(told.getCount()).isEqualTo(1);
        told.countDown();
        events.end("end", "{}");
        assertThat(stream.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body())
                .contains("event: gap", "event: snapshot", "{\"told\":true}", "event: end");
    }
}
