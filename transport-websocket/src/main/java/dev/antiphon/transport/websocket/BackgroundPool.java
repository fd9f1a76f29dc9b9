package dev.antiphon.transport.websocket;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A few threads for work that may block; none while there is none. */
final class BackgroundPool implements Executor {
    private static final int IDLE_SECONDS = 5;

    private final ThreadPoolExecutor threads;

    BackgroundPool(String name, int most) {
        threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(name, true));
        threads.allowCoreThreadTimeOut(true);
    }

    /** Work waits here at most as long as the dial that asked for it, whose deadline cuts it off. */
    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    void close() {
        threads.shutdownNow();
    }
}
