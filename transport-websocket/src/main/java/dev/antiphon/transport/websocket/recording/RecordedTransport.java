package dev.antiphon.transport.websocket.recording;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Passes everything on, and tells a tape. */
final class RecordedTransport implements RealtimeTransport {
    private final RealtimeTransport transport;
    private final WireRecorder recorder;

    RecordedTransport(RealtimeTransport transport, WireRecorder recorder) {
        this.transport = transport;
        this.recorder = recorder;
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
        Tape tape = recorder.newTape(transport.traits().name());
        return transport.open(
                start,
                writer -> {
                    tape.joined();
                    inputs.drainTo(new RecordedWriter(writer, tape));
                },
                new RecordedListener(listener, tape));
    }

    @Override
    public TransportTraits traits() {
        return transport.traits();
    }

    @Override
    public String toString() {
        return "recorded " + transport;
    }

    private record RecordedListener(TransportListener listener, Tape tape) implements TransportListener {
        @Override
        public void onAnswer(SdpAnswer answer) {
            tape.answer(answer.text().length());
            listener.onAnswer(answer);
        }

        @Override
        public void onJoining(int attempt) {
            tape.joining(attempt);
            listener.onJoining(attempt);
        }

        @Override
        public void onEvent(ServerEvent event) {
            tape.server(event);
            listener.onEvent(event);
        }

        @Override
        public void onClosed(Closure closure) {
            tape.closed(closure);
            listener.onClosed(closure);
        }
    }

    private record RecordedWriter(InputWriter writer, Tape tape) implements InputWriter {
        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            tape.client(event);
            CompletionStage<Void> written = writer.write(event);
            var unused = written.whenComplete((done, failure) -> {
                if (failure != null) {
                    tape.unwritten(event);
                }
            });
            return written;
        }

        @Override
        public void flush() {
            writer.flush();
        }

        @Override
        public int windowBytes() {
            return writer.windowBytes();
        }

        @Override
        public Executor executor() {
            return writer.executor();
        }
    }
}
