package dev.antiphon.testkit.contract;

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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Makes an adapter that works do one thing differently. */
interface Tampering extends UnaryOperator<RealtimeTransport> {
    /** One conversation is opened otherwise. */
    interface Opening {
        TransportConnection open(
                RealtimeTransport healthy, StartRequest start, InputChannels inputs, TransportListener listener);
    }

    static Tampering opening(Opening opening) {
        return healthy -> new RealtimeTransport() {
            @Override
            public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
                return opening.open(healthy, start, inputs, listener);
            }

            @Override
            public TransportTraits traits() {
                return healthy.traits();
            }
        };
    }

    /** All conversations of one adapter share something. */
    static Tampering sharing(Supplier<Opening> adapter) {
        return healthy -> opening(adapter.get()).apply(healthy);
    }

    /** Something else is reported. */
    static Tampering hearing(UnaryOperator<TransportListener> change) {
        return opening((healthy, start, inputs, listener) -> healthy.open(start, inputs, change.apply(listener)));
    }

    /** Something else is written. */
    static Tampering writing(UnaryOperator<InputWriter> change) {
        return opening((healthy, start, inputs, listener) ->
                healthy.open(start, writer -> inputs.drainTo(change.apply(writer)), listener));
    }

    /** The handle does something else. */
    static Tampering holding(UnaryOperator<TransportConnection> change) {
        return opening((healthy, start, inputs, listener) -> change.apply(healthy.open(start, inputs, listener)));
    }

    /** The handle of a conversation that was never opened. */
    static TransportConnection nothing() {
        return new TransportConnection() {
            @Override
            public void pauseReceiving() {
                // Nothing was opened.
            }

            @Override
            public void resumeReceiving() {
                // Nothing was opened.
            }

            @Override
            public void close(Closure closure) {
                // Nothing was opened.
            }
        };
    }

    /** Passes everything on. */
    class Ear implements TransportListener {
        final TransportListener to;

        Ear(TransportListener to) {
            this.to = to;
        }

        @Override
        public void onAnswer(SdpAnswer answer) {
            to.onAnswer(answer);
        }

        @Override
        public void onJoining(int attempt) {
            to.onJoining(attempt);
        }

        @Override
        public void onEvent(ServerEvent event) {
            to.onEvent(event);
        }

        @Override
        public void onClosed(Closure closure) {
            to.onClosed(closure);
        }
    }

    /** Passes everything on. */
    class Pen implements InputWriter {
        final InputWriter to;

        Pen(InputWriter to) {
            this.to = to;
        }

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            return to.write(event);
        }

        @Override
        public void flush() {
            to.flush();
        }

        @Override
        public int windowBytes() {
            return to.windowBytes();
        }

        @Override
        public Executor executor() {
            return to.executor();
        }
    }

    /** Passes everything on. */
    class Handle implements TransportConnection {
        final TransportConnection to;

        Handle(TransportConnection to) {
            this.to = to;
        }

        @Override
        public void pauseReceiving() {
            to.pauseReceiving();
        }

        @Override
        public void resumeReceiving() {
            to.resumeReceiving();
        }

        @Override
        public void close(Closure closure) {
            to.close(closure);
        }
    }
}
