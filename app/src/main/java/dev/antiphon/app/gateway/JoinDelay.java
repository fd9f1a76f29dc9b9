package dev.antiphon.app.gateway;

import java.time.Duration;

/** Lets a visitor see what happens while a simulated server is slow to open the sideband. */
@FunctionalInterface
public interface JoinDelay {
    /** Most that may be asked for. */
    Duration LONGEST = Duration.ofSeconds(10);

    /** Holds back the join of the call that is created next. */
    void ofNextCall(Duration delay);
}
