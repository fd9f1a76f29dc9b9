package dev.antiphon.core;

import java.util.Objects;

/**
 * The result of work the model handed off: the answer to a tool call.
 *
 * @param callId the call it answers, as {@link ToolCall#callId} named it
 * @param output any text, often JSON; may be empty
 * @param wantsResponse whether the model should speak about it; a silent result is only noted
 */
public record HandoffOutput(String callId, String output, boolean wantsResponse) {
    /** Refuses a blank call id. */
    public HandoffOutput {
        Objects.requireNonNull(output, "output");
        if (callId.isBlank()) {
            throw new IllegalArgumentException("a hand-off output needs the id of the call it answers");
        }
    }

    /** A result that the model should speak about. */
    public static HandoffOutput of(String callId, String output) {
        return new HandoffOutput(callId, output, true);
    }

    /** A result that is only noted. */
    public static HandoffOutput silent(String callId, String output) {
        return new HandoffOutput(callId, output, false);
    }

    /** Shows the length of the output only. */
    @Override
    public String toString() {
        return "HandoffOutput[" + callId + ", " + output.length() + " characters]";
    }
}
