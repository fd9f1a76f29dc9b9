package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/**
 * An item of a conversation, as sent by either side. Texts that its maker left out are empty; what the
 * typed members do not say is in {@code extra}.
 */
public sealed interface Item {
    /** Id of the item; empty where its maker left it out. We may choose the ids of items that we create. */
    String id();

    /** Calls the function that fits this kind. */
    <R> R fold(Fold<R> fold);

    /** A text by somebody; {@link Role#ASSISTANT} seeds what the model is to believe it said. */
    static Message text(Role role, String text) {
        ContentPart part =
                role.equals(Role.ASSISTANT) ? new ContentPart.OutputText(text) : new ContentPart.InputText(text);
        return new Message("", role, List.of(part));
    }

    /**
     * A message of the user: text, audio, images.
     *
     * @throws IllegalArgumentException if there is no part, or one that only the model makes
     */
    static Message fromUser(ContentPart... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("item.content is empty");
        }
        for (ContentPart part : parts) {
            boolean output = part instanceof ContentPart.OutputText
                    || (part instanceof ContentPart.Audio audio && !audio.type().equals("input_audio"));
            if (output) {
                throw new IllegalArgumentException(
                        "item.content of a user must be input_text, input_audio or input_image");
            }
        }
        return new Message("", Role.USER, List.of(parts));
    }

    /** Allows or refuses a call of an MCP tool. */
    static McpApprovalResponse approval(McpApprovalRequest request, boolean approve) {
        return new McpApprovalResponse("", request.id(), approve, Optional.empty(), ExtraMembers.NONE);
    }

    /**
     * {@code message}
     *
     * @param status {@code completed}, {@code incomplete}, {@code in_progress}; may be empty, and means nothing on input
     */
    record Message(String id, String status, Role role, List<ContentPart> content, ExtraMembers extra) implements Item {

        public Message {
            content = List.copyOf(content);
        }

        public Message(String id, Role role, List<ContentPart> content) {
            this(id, "", role, content, ExtraMembers.NONE);
        }

        @Override
        public String toString() {
            return "Message[" + id + ", " + role + ", " + content.size() + " parts]";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.message(this);
        }
    }

    /**
     * {@code function_call}: the model calls one of our tools.
     *
     * @param callId what a {@link FunctionCallOutput} names
     * @param arguments JSON text written by the model; may be invalid
     */
    record FunctionCall(String id, String status, String callId, String name, String arguments, ExtraMembers extra)
            implements Item {

        public FunctionCall(String id, String callId, String name, String arguments) {
            this(id, "", callId, name, arguments, ExtraMembers.NONE);
        }

        @Override
        public String toString() {
            return "FunctionCall[" + id + ", " + name + "]";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.functionCall(this);
        }
    }

    /**
     * {@code function_call_output}: our answer to a {@link FunctionCall}.
     *
     * @param output any text, often JSON; may be empty
     */
    record FunctionCallOutput(String id, String status, String callId, String output, ExtraMembers extra)
            implements Item {

        public FunctionCallOutput(String id, String callId, String output) {
            this(id, "", callId, output, ExtraMembers.NONE);
        }

        @Override
        public String toString() {
            return "FunctionCallOutput[" + id + ", " + output.length() + " characters]";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.functionCallOutput(this);
        }
    }

    /** {@code mcp_list_tools}: what an MCP server offers. */
    record McpListTools(String id, String serverLabel, List<McpTool> tools, ExtraMembers extra) implements Item {

        public McpListTools {
            tools = List.copyOf(tools);
        }

        @Override
        public String toString() {
            return "McpListTools[" + id + ", " + serverLabel + ", " + tools.size() + " tools]";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.mcpListTools(this);
        }
    }

    /**
     * {@code mcp_call}: the server calls a tool of an MCP server.
     *
     * @param arguments JSON text written by the model
     * @param approvalRequestId the request that allowed it
     * @param output what the tool answered
     * @param error why it failed
     */
    record McpCall(
            String id,
            String serverLabel,
            String name,
            String arguments,
            Optional<String> approvalRequestId,
            Optional<String> output,
            Optional<McpError> error,
            ExtraMembers extra)
            implements Item {

        @Override
        public String toString() {
            return "McpCall[" + id + ", " + serverLabel + ", " + name + "]";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.mcpCall(this);
        }
    }

    /**
     * {@code mcp_approval_request}: a call of an MCP tool waits for us.
     *
     * @param arguments JSON text written by the model
     */
    record McpApprovalRequest(String id, String serverLabel, String name, String arguments, ExtraMembers extra)
            implements Item {

        @Override
        public String toString() {
            return "McpApprovalRequest[" + id + ", " + serverLabel + ", " + name + "]";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.mcpApprovalRequest(this);
        }
    }

    /** {@code mcp_approval_response}: our answer to a {@link McpApprovalRequest}. */
    record McpApprovalResponse(
            String id, String approvalRequestId, boolean approve, Optional<String> reason, ExtraMembers extra)
            implements Item {

        @Override
        public String toString() {
            return "McpApprovalResponse[" + id + ", " + approvalRequestId + ", " + approve + "]";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.mcpApprovalResponse(this);
        }
    }

    /** {@code item_reference}: an item of the conversation, inside the input of a response. */
    record Reference(String id) implements Item {

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.reference(this);
        }
    }

    /**
     * An item of a kind that this version does not know.
     *
     * @param type the kind on the wire; may be empty
     * @param raw the whole item
     */
    record UnrecognizedItem(String id, String type, RawJson raw) implements Item {

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.unrecognized(this);
        }
    }

    /** One function per kind of item. */
    interface Fold<R> {
        R message(Message item);

        R functionCall(FunctionCall item);

        R functionCallOutput(FunctionCallOutput item);

        R mcpListTools(McpListTools item);

        R mcpCall(McpCall item);

        R mcpApprovalRequest(McpApprovalRequest item);

        R mcpApprovalResponse(McpApprovalResponse item);

        R reference(Reference item);

        R unrecognized(UnrecognizedItem item);
    }
}
