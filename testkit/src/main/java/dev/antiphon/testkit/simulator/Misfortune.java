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
 * simulator.inflict(Misfortune.duplicate().at(Moment.sending("response.done", 1)).onCall(callId));
 * }</pre>
 *
 * <p>{@code Delay}, {@code SlowRead} and {@code SlowWrite} go by the {@link SimulatorClock}.
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

    /** Reads nothing and what is sent gets lost, while the TCP connection stays: half of it is gone. */
    record HalfOpen() implements Misfortune {}

    /** Reads so slowly that the client's writes pile up. */
    record SlowRead(int bytesPerSecond) implements Misfortune {}

    /** Sends this slowly, in small TCP segments. */
    record SlowWrite(int bytesPerSecond) implements Misfortune {}

    /** Never sends the event. */
    record Lose() implements Misfortune {}

    /** Sends the event twice. */
    record Duplicate() implements Misfortune {}

    /** Lets the next event overtake this one. */
    record Reorder() implements Misfortune {}

    /** Sends the event in so many frames, cut anywhere, characters included. */
    record Fragment(int frames) implements Misfortune {}

    /** Sends the event as a binary message, which the protocol does not have. */
    record Binary() implements Misfortune {}

    /** Sends only the first half of the event's JSON, as a whole frame. */
    record Malform() implements Misfortune {}

    /** Makes the event this long, by a member that nobody asked for. */
    record Inflate(int characters) implements Misfortune {}

    /** Sends the first bytes of the event's frame, header included, then ends TCP with RST. */
    record Cut(int bytes) implements Misfortune {}

    /** Moves the simulator's clock forward, then goes on. */
    record JumpClock(Duration span) implements Misfortune {}

    /** Keeps the call from every join and hang-up, as if it never came up; {@link Call#reveal} ends that. */
    record HideCall() implements Misfortune {}

    /** Gives the call to another identity: joins and hang-ups with the key that created it find nothing. */
    record Disown() implements Misfortune {}

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

    static Misfortune halfOpen() {
        return new HalfOpen();
    }

    /** Reads or writes at a positive rate. */
    static Misfortune slowRead(int bytesPerSecond) {
        return new SlowRead(positive(bytesPerSecond));
    }

    /** Reads or writes at a positive rate. */
    static Misfortune slowWrite(int bytesPerSecond) {
        return new SlowWrite(positive(bytesPerSecond));
    }

    static Misfortune lose() {
        return new Lose();
    }

    static Misfortune duplicate() {
        return new Duplicate();
    }

    static Misfortune reorder() {
        return new Reorder();
    }

    /** Takes a positive number. */
    static Misfortune fragment(int frames) {
        return new Fragment(positive(frames));
    }

    static Misfortune binary() {
        return new Binary();
    }

    static Misfortune malform() {
        return new Malform();
    }

    /** Takes a positive length. */
    static Misfortune inflate(int characters) {
        return new Inflate(positive(characters));
    }

    /** Takes a positive number. */
    static Misfortune cut(int bytes) {
        return new Cut(positive(bytes));
    }

    static Misfortune jumpClock(Duration span) {
        return new JumpClock(span);
    }

    static Misfortune hideCall() {
        return new HideCall();
    }

    static Misfortune disown() {
        return new Disown();
    }

    private static int positive(int number) {
        if (number <= 0) {
            throw new IllegalArgumentException("not a positive number: " + number);
        }
        return number;
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
