package dev.antiphon.testkit.simulator;

import io.netty.channel.Channel;

/** One TCP connection, as far as misfortunes can touch it. Confined to the loop. */
final class Wire {
    private final SimulatedService service;
    private final Channel channel;

    Wire(SimulatedService service, Channel channel) {
        this.service = service;
        this.channel = channel;
    }

    boolean isGone() {
        return !channel.isActive();
    }

    void reset() {
        service.reset(channel);
    }

    void drop() {
        service.finish(channel);
    }

    void stopReading() {
        channel.config().setAutoRead(false);
    }

    void resumeReading() {
        channel.config().setAutoRead(true);
    }

    /**
     * Lets a misfortune happen to this connection.
     *
     * @return whether what was under way goes on
     */
    boolean suffer(Misfortune misfortune) {
        if (misfortune instanceof Misfortune.Reset) {
            reset();
            return false;
        }
        if (misfortune instanceof Misfortune.Drop) {
            drop();
            return false;
        }
        if (misfortune instanceof Misfortune.StopReading) {
            stopReading();
        } else if (misfortune instanceof Misfortune.SlowRead slow) {
            Throttle.of(channel, service.clock()).read(slow.bytesPerSecond());
        } else if (misfortune instanceof Misfortune.SlowWrite slow) {
            Throttle.of(channel, service.clock()).write(slow.bytesPerSecond());
        } else if (misfortune instanceof Misfortune.HalfOpen) {
            stopReading();
            Throttle.of(channel, service.clock()).swallow();
        } else {
            throw new IllegalStateException(misfortune + " cannot happen to a connection");
        }
        return true;
    }
}
