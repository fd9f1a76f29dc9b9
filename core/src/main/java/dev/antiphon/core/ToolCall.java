package dev.antiphon.core;

/**
 * The model asks for a tool. Raised once per call, however often the server repeats it.
 *
 * @param callId to be named in the {@link HandoffOutput}
 * @param itemId the item that holds the call
 * @param name the tool
 * @param arguments JSON text written by the model; may be invalid
 */
public record ToolCall(String callId, String itemId, String name, String arguments) {
    /** Leaves the arguments out. */
    @Override
    public String toString() {
        return "ToolCall[" + name + ", " + callId + "]";
    }
}
