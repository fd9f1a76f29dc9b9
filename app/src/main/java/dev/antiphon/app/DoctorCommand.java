package dev.antiphon.app;

import com.google.inject.Inject;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doctor}: goes the way to a server hop by hop and names the one that fails. */
@Command(
        name = "doctor",
        header = "Names the hop that fails on the way to a server.",
        sortOptions = false,
        description = {
            "",
            "Goes hop by hop: name resolution, TCP, TLS, authentication, call creation, join, ping. Prints one line for"
                    + " each and stops at the first that fails. It creates one call, with an offer that leads to nobody, and hangs it up."
        })
final class DoctorCommand implements Callable<Integer> {
    private final Console console;
    private final StopSignal stop;
    private final Switchboard.Factory switchboards;

    @Mixin
    private UpstreamOptions upstream = new UpstreamOptions();

    @Mixin
    private SessionOptions session = new SessionOptions();

    @Inject
    DoctorCommand(Console console, StopSignal stop, Switchboard.Factory switchboards) {
        this.console = console;
        this.stop = stop;
        this.switchboards = switchboards;
    }

    @Override
    public Integer call() throws InterruptedException {
        RealtimeEndpoint endpoint = upstream.read(console);
        Diagnosis diagnosis = new Diagnosis(console);
        new NetworkCheck(endpoint.callsUrl(), diagnosis).run();
        CallCheck calls = new CallCheck(endpoint, session.read(), switchboards, diagnosis);
        stop.onRaise(calls::stop);
        calls.run();
        return 0;
    }
}
