package dev.antiphon.transport.webrtc;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the observer, and keeps what it throws away from the state machines. */
final class Announcer {
    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    private final SidebandObserver observer;

    Announcer(SidebandObserver observer) {
        this.observer = observer;
    }

    void tell(Consumer<SidebandObserver> news) {
        try {
            news.accept(observer);
        } catch (RuntimeException e) {
            log.warn("the sideband observer threw", e);
        }
    }
}
