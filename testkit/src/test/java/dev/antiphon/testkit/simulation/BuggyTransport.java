package dev.antiphon.testkit.simulation;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The simulated adapter with one defect. */
final class BuggyTransport implements RealtimeTransport {
    private final PlantedBug bug;
    private final Simulation.Bench bench;
    private @Nullable TransportListener newest;

    BuggyTransport(PlantedBug bug, Simulation.Bench bench) {
        this.bug = bug;
        this.bench = bench;
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
        newest = listener;
        TransportListener hears = bug == PlantedBug.ONE_LISTENER_FOR_ALL ? new Newest(listener) : listener;
        InputChannels drained = writer -> inputs.drainTo(new BuggyWriter(bug, writer, bench.world()));
        BuggyConnection connection = new BuggyConnection(bug, bench, Simulation.nameOf(start), drained, hears);
        connection.begin(start.offer().isPresent());
        return connection;
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits("buggy", List.of());
    }

    /** Gives events to whoever came last. */
    private final class Newest implements TransportListener {
        private final TransportListener own;

        Newest(TransportListener own) {
            this.own = own;
        }

        @Override
        public void onAnswer(SdpAnswer answer) {
            own.onAnswer(answer);
        }

        @Override
        public void onJoining(int attempt) {
            own.onJoining(attempt);
        }

        @Override
        public void onEvent(ServerEvent event) {
            TransportListener last = newest;
            (last == null ? own : last).onEvent(event);
        }

        @Override
        public void onClosed(Closure closure) {
            own.onClosed(closure);
        }
    }
}
