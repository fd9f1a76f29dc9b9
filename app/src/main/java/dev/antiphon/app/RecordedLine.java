package dev.antiphon.app;

import dev.antiphon.app.InspectCommand.Direction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A line that {@code talk --record} or {@code talk --json} wrote: an event with its direction, or a note about
 * the course of the conversation, which holds none.
 *
 * @param direction who sent the event
 * @param event the event alone; empty for a note
 * @param masked whether this line begins a recording that keeps no words and no sound
 */
record RecordedLine(Direction direction, Optional<byte[]> event, boolean masked) {
    /** Reads a line; empty if it is a bare event. */
    static Optional<RecordedLine> read(byte[] line) {
        JsonNode json;
        try {
            json = JsonLines.parse(new String(line, StandardCharsets.UTF_8));
        } catch (JacksonException malformed) {
            return Optional.empty();
        }
        if (!json.path("atMillis").isNumber() || !json.path("event").isString()) {
            return Optional.empty();
        }
        String event = json.path("event").asString();
        boolean said = event.equals("server") || event.equals("client");
        boolean masked =
                event.equals("recording") && json.path("redaction").asString("").equals("content");
        return Optional.of(new RecordedLine(
                event.equals("client") ? Direction.CLIENT : Direction.SERVER,
                said ? Optional.of(json.path("json").toString().getBytes(StandardCharsets.UTF_8)) : Optional.empty(),
                masked));
    }
}
