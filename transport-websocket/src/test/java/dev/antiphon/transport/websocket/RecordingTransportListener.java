package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Both ports an adapter reports to, as a list of calls. */
final class RecordingTransportListener implements TransportListener, InputChannels {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final CompletableFuture<InputWriter> writer = new CompletableFuture<>();
    private final CompletableFuture<ServerEvent> firstEvent = new CompletableFuture<>();
    private final CompletableFuture<Closure> closed = new CompletableFuture<>();

    @Override
    public void onAnswer(SdpAnswer answer) {
        calls.add("answer");
    }

    @Override
    public void onJoining(int attempt) {
        calls.add("joining " + attempt);
    }

    @Override
    public void drainTo(InputWriter standing) {
        calls.add("drainTo");
        writer.complete(standing);
    }

    @Override
    public void onEvent(ServerEvent event) {
        calls.add("event " + event.type());
        firstEvent.complete(event);
    }

    @Override
    public void onClosed(Closure closure) {
        calls.add("closed");
        closed.complete(closure);
    }

    List<String> calls() {
        return List.copyOf(calls);
    }

    InputWriter awaitWriter() throws Exception {
        return writer.get(10, TimeUnit.SECONDS);
    }

    ServerEvent awaitEvent() throws Exception {
        return firstEvent.get(10, TimeUnit.SECONDS);
    }

    Closure awaitClosed() throws Exception {
        return closed.get(10, TimeUnit.SECONDS);
    }
}
