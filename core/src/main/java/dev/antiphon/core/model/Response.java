package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/**
 * A response as {@code response.created} and {@code response.done} show it.
 *
 * @param id {@code resp_…}, or an empty string
 * @param status {@code in_progress}, {@code completed}, {@code cancelled}, {@code failed},
 *     {@code incomplete}, or what a newer server calls it; may be empty
 * @param statusReason why it was cancelled or left incomplete, for example {@code turn_detected}; may be empty
 * @param conversationId the conversation it writes to; empty when out of band or not said
 * @param output its items, without audio bytes
 * @param usage tokens, once it is done
 * @param raw the whole response object
 */
public record Response(
        String id,
        String status,
        String statusReason,
        String conversationId,
        List<Item> output,
        Optional<Usage> usage,
        RawJson raw) {
    public Response {
        output = List.copyOf(output);
    }

    @Override
    public String toString() {
        return "Response[" + id + ", " + status + ", " + output.size() + " items]";
    }
}
