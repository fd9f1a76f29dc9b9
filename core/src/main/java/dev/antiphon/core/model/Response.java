package dev.antiphon.core.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A response as {@code response.created} and {@code response.done} show it. Every member may be
 * missing on the wire; texts are empty then.
 *
 * @param id {@code resp_…}
 * @param status {@code in_progress}, {@code completed}, {@code cancelled}, {@code failed},
 *     {@code incomplete}, or what a newer server calls it
 * @param statusReason why it was cancelled or left incomplete: {@code turn_detected},
 *     {@code client_cancelled}, {@code max_output_tokens}, {@code content_filter}
 * @param statusError why it failed: type and code
 * @param conversationId the conversation it writes to; empty when out of band
 * @param output its items, without audio bytes
 * @param outputModalities {@code audio} or {@code text}
 * @param outputFormat of its audio
 * @param voice of its audio
 * @param metadata what {@code response.create} gave it
 * @param usage tokens, once it is done
 * @param raw the whole response object
 */
public record Response(
        String id,
        String status,
        String statusReason,
        Optional<ErrorDetail> statusError,
        String conversationId,
        List<Item> output,
        List<String> outputModalities,
        Optional<AudioFormat> outputFormat,
        Optional<Voice> voice,
        Map<String, String> metadata,
        Optional<Usage> usage,
        RawJson raw) {
    public Response {
        output = List.copyOf(output);
        outputModalities = List.copyOf(outputModalities);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** A response of which only the essentials are known. */
    public Response(
            String id,
            String status,
            String statusReason,
            String conversationId,
            List<Item> output,
            Optional<Usage> usage,
            RawJson raw) {
        this(
                id,
                status,
                statusReason,
                Optional.empty(),
                conversationId,
                output,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                usage,
                raw);
    }

    public boolean isCompleted() {
        return status.equals("completed");
    }

    public boolean isCancelled() {
        return status.equals("cancelled");
    }

    @Override
    public String toString() {
        return "Response[" + id + ", " + status + ", " + output.size() + " items]";
    }
}
