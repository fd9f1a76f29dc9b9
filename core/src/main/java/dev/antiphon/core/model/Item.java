package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/** An item of a conversation, as sent by either side. */
public sealed interface Item {
    /** Id of the item; empty where its maker left it out. */
    String id();

    /** {@code message} */
    record Message(String id, Role role, List<ContentPart> content) implements Item {
        public Message {
            content = List.copyOf(content);
        }

        @Override
        public String toString() {
            return "Message[" + id + ", " + role + ", " + content.size() + " parts]";
        }
    }

    /** {@code function_call}: the model calls one of our tools. */
    record FunctionCall(String id, String callId, String name, String arguments) implements Item {
        @Override
        public String toString() {
            return "FunctionCall[" + id + ", " + name + "]";
        }
    }

    /** {@code function_call_output}: our answer to a {@link FunctionCall}. */
    record FunctionCallOutput(String id, String callId, String output) implements Item {
        @Override
        public String toString() {
            return "FunctionCallOutput[" + id + ", " + output.length() + " characters]";
        }
    }

    /** An item of a kind that this version does not know. */
    record UnrecognizedItem(String id, Optional<RawJson> raw) implements Item {}
}
