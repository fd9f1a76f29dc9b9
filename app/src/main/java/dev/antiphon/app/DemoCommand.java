package dev.antiphon.app;

import com.google.inject.Inject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code demo}: what the framework is about, in a few seconds and without a network. */
@Command(
        name = "demo",
        header = "Shows both transports at work; needs no key and no network.",
        description = {
            "",
            "Holds a conversation over each transport with a simulated server, speaking a recorded sentence, and shows"
                    + " what happens and when.",
            "",
            "The simulator keeps the sideband waiting for a second: watch the SDP answer arrive at once, and what was"
                    + " said in between being delivered once and in order."
        })
final class DemoCommand implements Callable<Integer> {
    private final Console console;
    private final StopSignal stop;
    private final Switchboard.Factory switchboards;

    @Inject
    DemoCommand(Console console, StopSignal stop, Switchboard.Factory switchboards) {
        this.console = console;
        this.stop = stop;
        this.switchboards = switchboards;
    }

    @Override
    public Integer call() throws InterruptedException {
        Demo demo = new Demo(new Timeline(console.out(), console.terminal()), switchboards);
        stop.onRaise(demo::stop);
        demo.run();
        return 0;
    }
}
