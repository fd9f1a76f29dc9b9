package dev.antiphon.app;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The end after Ctrl-C: the command gets some time to end by itself; one that does not is given up, aloud. */
final class OrderlyStop {
    private OrderlyStop() {}

    /**
     * Waits for a command that was told to stop: its exit code counts then, not that of the signal.
     *
     * @param exitCode of the command
     * @param limit longest wait
     * @return the exit code of the process; a command that did not end in time has failed, and one line says so
     */
    static int await(Future<Integer> exitCode, Duration limit, Console console) {
        try {
            return exitCode.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stuck) {
            console.warn("the command did not stop within " + limit.toSeconds()
                    + " s and is cut off: calls that it held may live on at the server");
        } catch (ExecutionException | InterruptedException broken) {
            console.warn("the command was cut off while it stopped: calls that it held may live on at the server");
        }
        return Complaint.FAILED;
    }
}
