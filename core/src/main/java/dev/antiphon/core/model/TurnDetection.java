package dev.antiphon.core.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How the server finds the end of a turn of the caller. Without any (the setting cleared), turns are
 * committed by hand.
 */
public sealed interface TurnDetection {
    /** The kind on the wire. */
    String type();

    /** By silence, with the server's defaults. */
    static ServerVad serverVad() {
        return new ServerVad(
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    /** By what was said, with the server's defaults. */
    static SemanticVad semanticVad() {
        return new SemanticVad(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * {@code server_vad}: a turn ends with silence.
     *
     * @param threshold 0 to 1; the higher, the louder a caller must be
     * @param prefixPaddingMillis audio kept from before speech began
     * @param silenceDurationMillis silence that ends a turn
     * @param createResponse whether the end of a turn makes the model respond
     * @param interruptResponse whether speech of the caller cancels the running response
     * @param idleTimeoutMillis silence after which the server acts by itself, 5,000 to 30,000
     */
    record ServerVad(
            OptionalDouble threshold,
            OptionalLong prefixPaddingMillis,
            OptionalLong silenceDurationMillis,
            Optional<Boolean> createResponse,
            Optional<Boolean> interruptResponse,
            OptionalLong idleTimeoutMillis)
            implements TurnDetection {
        /** @throws IllegalArgumentException naming the member that is out of range */
        public ServerVad {
            threshold.ifPresent(value -> Require.within("turn_detection.threshold", value, 0, 1));
            prefixPaddingMillis.ifPresent(value -> Require.notNegative("turn_detection.prefix_padding_ms", value));
            silenceDurationMillis.ifPresent(value -> Require.notNegative("turn_detection.silence_duration_ms", value));
            idleTimeoutMillis.ifPresent(
                    value -> Require.within("turn_detection.idle_timeout_ms", value, 5_000, 30_000));
        }

        @Override
        public String type() {
            return "server_vad";
        }

        public ServerVad threshold(double value) {
            return new ServerVad(
                    OptionalDouble.of(value),
                    prefixPaddingMillis,
                    silenceDurationMillis,
                    createResponse,
                    interruptResponse,
                    idleTimeoutMillis);
        }

        public ServerVad prefixPadding(Duration time) {
            return new ServerVad(
                    threshold,
                    OptionalLong.of(time.toMillis()),
                    silenceDurationMillis,
                    createResponse,
                    interruptResponse,
                    idleTimeoutMillis);
        }

        public ServerVad silence(Duration time) {
            return new ServerVad(
                    threshold,
                    prefixPaddingMillis,
                    OptionalLong.of(time.toMillis()),
                    createResponse,
                    interruptResponse,
                    idleTimeoutMillis);
        }

        public ServerVad createResponse(boolean create) {
            return new ServerVad(
                    threshold,
                    prefixPaddingMillis,
                    silenceDurationMillis,
                    Optional.of(create),
                    interruptResponse,
                    idleTimeoutMillis);
        }

        public ServerVad interruptResponse(boolean interrupt) {
            return new ServerVad(
                    threshold,
                    prefixPaddingMillis,
                    silenceDurationMillis,
                    createResponse,
                    Optional.of(interrupt),
                    idleTimeoutMillis);
        }

        public ServerVad idleTimeout(Duration time) {
            return new ServerVad(
                    threshold,
                    prefixPaddingMillis,
                    silenceDurationMillis,
                    createResponse,
                    interruptResponse,
                    OptionalLong.of(time.toMillis()));
        }
    }

    /**
     * {@code semantic_vad}: a turn ends when the caller seems to have finished a thought.
     *
     * @param eagerness {@code low}, {@code medium}, {@code high} or {@code auto}: waits at most 8, 4 or 2 s
     * @param createResponse whether the end of a turn makes the model respond
     * @param interruptResponse whether speech of the caller cancels the running response
     */
    record SemanticVad(
            Optional<String> eagerness, Optional<Boolean> createResponse, Optional<Boolean> interruptResponse)
            implements TurnDetection {
        @Override
        public String type() {
            return "semantic_vad";
        }

        public SemanticVad eagerness(String level) {
            return new SemanticVad(Optional.of(level), createResponse, interruptResponse);
        }

        public SemanticVad createResponse(boolean create) {
            return new SemanticVad(eagerness, Optional.of(create), interruptResponse);
        }

        public SemanticVad interruptResponse(boolean interrupt) {
            return new SemanticVad(eagerness, createResponse, Optional.of(interrupt));
        }
    }

    /**
     * A kind that this version does not know.
     *
     * @param raw the whole object
     */
    record UnrecognizedTurnDetection(String type, RawJson raw) implements TurnDetection {}
}
