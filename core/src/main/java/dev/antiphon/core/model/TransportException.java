package dev.antiphon.core.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A fault of network or server, as data.
 *
 * <p>Its message names the step, the host, the status, the attempt and the server's request id where
 * they are known. It never holds a key, an SDP, audio, text of the conversation or a call id.
 */
public class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final int status;

    /** The answer that came although the start failed; see {@link #answer()}. */
    private final transient Optional<SdpAnswer> answer;

    public TransportException(Fault fault, String message) {
        this(fault, message, null);
    }

    /** @param cause may be null */
    public TransportException(Fault fault, String message, @org.jspecify.annotations.Nullable Throwable cause) {
        this(fault, message, -1, Optional.empty(), cause);
    }

    /**
     * @param status HTTP status of the answer, or -1
     * @param cause may be null
     */
    public TransportException(
            Fault fault,
            String message,
            int status,
            Optional<SdpAnswer> answer,
            @org.jspecify.annotations.Nullable Throwable cause) {
        super(fault + ": " + message, cause);
        this.fault = fault;
        this.status = status;
        this.answer = answer;
    }

    /** The stable code of what happened. */
    public Fault fault() {
        return fault;
    }

    /** HTTP status that the server answered with, if it answered. */
    public OptionalInt status() {
        return status < 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** The SDP answer, where one came although the start failed (a missing {@code Location}, for example). */
    public Optional<SdpAnswer> answer() {
        return answer == null ? Optional.empty() : answer;
    }
}
