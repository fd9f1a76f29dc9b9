package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ClientEvent;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;

/** One event loop and one dialer for tests with real sockets; afterwards nothing may be left. */
abstract class SocketFixture {
    static final Duration SHORT = Duration.ofMillis(300);

    final NettyResources resources = NettyResources.create(1, IoKind.NIO);
    final RecordingSocketListener listener = new RecordingSocketListener();

    SocketSettings.Builder settings = SocketSettings.builder();

    @AfterEach
    void nothing_is_left() throws InterruptedException {
        resources.close();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("antiphon-io")) {
                // A loop reports its end just before its thread does.
                thread.join(2_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
        assertThat(PooledByteBufAllocator.DEFAULT.metric().directArenas())
                .allSatisfy(arena -> assertThat(arena.numActiveAllocations()).isZero());
    }

    Dialer dialer(ScriptedServer server) {
        return dialer(RealtimeEndpoint.builder(server.url())
                .credentials(Credentials.apiKey("sk-canary"))
                .build());
    }

    Dialer dialer(RealtimeEndpoint endpoint) {
        return Dialer.builder(endpoint)
                .settings(settings.build())
                .resources(resources)
                .build();
    }

    RealtimeSocket open(ScriptedServer server) {
        return open(dialer(server), server);
    }

    RealtimeSocket open(Dialer dialer, ScriptedServer server) {
        return dialer.openSocket(SocketRequest.to(server.socketUrl()), dialer.nextLoop(), listener);
    }

    /** Writes and flushes one raw event as the engine would. */
    static CompletionStage<Void> write(RealtimeSocket socket, String json) {
        java.util.concurrent.CompletableFuture<Void> written = new java.util.concurrent.CompletableFuture<>();
        socket.writer().executor().execute(() -> {
            socket.writer().write(ClientEvent.raw(json)).whenComplete((done, failed) -> {
                if (failed != null) {
                    written.completeExceptionally(failed);
                } else {
                    written.complete(null);
                }
            });
            socket.writer().flush();
        });
        return written;
    }
}
