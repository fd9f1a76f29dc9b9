package dev.antiphon.testkit.simulator;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Something that goes wrong on purpose. A misfortune is a value; it strikes when it is tied to a
 * {@link Moment} and given to {@link RealtimeSimulator#inflict}. Several at one moment strike in the order
 * in which they were given.
 *
 * <pre>{@code
 * simulator.inflict(Misfortune.callNotFound().at(Moment.UPGRADE).times(2));
 * simulator.inflict(Misfortune.reset().at(Moment.sent("response.output_audio.delta", 3)));
 * }</pre>
 */
public sealed interface Misfortune {
    /** Waits at a gate, then goes on. */
    record Hold(Gate gate) implements Misfortune {}

    /** Waits, then goes on. */
    record Delay(Duration length) implements Misfortune {}

    /** Answers the request with something else; what was asked for does not happen. */
    record Refuse(HttpAnswer answer) implements Misfortune {}

    /** Does what was asked for and changes the answer. */
    record Alter(UnaryOperator<HttpAnswer> change) implements Misfortune {}

    /** Ends the TCP connection with RST. */
    record Reset() implements Misfortune {}

    /** Ends the TCP connection with FIN, without a close frame or an answer. */
    record Drop() implements Misfortune {}

    /** Sends a close frame and waits for the peer's, as RFC 6455 wants it. */
    record Close(int code, String reason) implements Misfortune {}

    /** Reads nothing any more; the TCP connection stays. */
    record StopReading() implements Misfortune {}

    /** Answers no ping. */
    record MutePongs() implements Misfortune {}

    /** Sends these bytes on the socket as they are: a broken frame, or half of one. */
    final class Garble implements Misfortune {
        private final byte[] bytes;

        private Garble(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    static Misfortune hold(Gate gate) {
        return new Hold(gate);
    }

    static Misfortune delay(Duration length) {
        return new Delay(length);
    }

    static Misfortune refuse(HttpAnswer answer) {
        return new Refuse(answer);
    }

    /** Refuses with this status and the service's form of error body. */
    static Misfortune refuse(int status) {
        return new Refuse(HttpAnswer.error(status, "simulated_" + status, "Refused by the simulator on purpose."));
    }

    /** Refuses a join as the service does when a call is not (yet) known. */
    static Misfortune callNotFound() {
        return new Refuse(HttpAnswer.callNotFound());
    }

    static Misfortune alter(UnaryOperator<HttpAnswer> change) {
        return new Alter(change);
    }

    static Misfortune reset() {
        return new Reset();
    }

    static Misfortune drop() {
        return new Drop();
    }

    static Misfortune close(int code, String reason) {
        return new Close(code, reason);
    }

    static Misfortune stopReading() {
        return new StopReading();
    }

    static Misfortune mutePongs() {
        return new MutePongs();
    }

    /** Sends these bytes as they are; the array is not copied. */
    static Misfortune garble(byte[] bytes) {
        return new Garble(bytes);
    }

    /**
     * Ties this misfortune to a moment: it strikes once, on whichever connection comes first.
     *
     * @throws IllegalArgumentException if it cannot happen at that moment
     */
    default Infliction at(Moment moment) {
        return new Infliction(this, moment, 1, Infliction.ANYBODY);
    }
}
