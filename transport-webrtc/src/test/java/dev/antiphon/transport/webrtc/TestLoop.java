package dev.antiphon.transport.webrtc;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** An event loop on the test's thread: a task runs at once, or after the one that is running. */
final class TestLoop implements Executor {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
                next.run();
            }
        } finally {
            running = false;
        }
    }
}
