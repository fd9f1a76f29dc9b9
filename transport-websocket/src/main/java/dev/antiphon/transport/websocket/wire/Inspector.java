package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionEvent;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.transport.websocket.wire.Inspection.Formats;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Looks at recorded events, one at a time, with the codec that conversations use: what would become
 * of this text message? Safe for use by any thread.
 */
public final class Inspector {
    private interface Look {
        Inspection at(byte[] event);
    }

    private final Look look;

    private Inspector(Look look) {
        this.look = look;
    }

    /** Looks at events that a server sent. */
    public static Inspector ofServerEvents(Dialect dialect) {
        return new Inspector(event -> serverEvent(dialect.codec().decode(event, 0, event.length)));
    }

    /** Looks at events that a client of the Realtime API sent, as a server reads them. */
    public static Inspector ofClientEvents() {
        return new Inspector(Inspector::clientEvent);
    }

    /**
     * Looks at one text message.
     *
     * @param event its bytes; not kept
     */
    public Inspection inspect(byte[] event) {
        return look.at(event);
    }

    private static Inspection serverEvent(ServerEvent event) {
        if (event instanceof DecodeError error) {
            return Inspection.decodeError(error.type(), error.reason());
        }
        JsonNode json = Json.trusted(event.raw());
        if (event instanceof Unrecognized) {
            return Inspection.unknown(event.type(), json);
        }
        return Inspection.accepted(event.type(), json, audioOf(event), formatsOf(event));
    }

    private static Optional<AudioData> audioOf(ServerEvent event) {
        return event instanceof ResponseEvent.OutputAudioDelta delta ? Optional.of(delta.audio()) : Optional.empty();
    }

    private static Formats formatsOf(ServerEvent event) {
        if (event instanceof SessionEvent.Created created) {
            return Formats.of(created.session().config());
        }
        if (event instanceof SessionEvent.Updated updated) {
            return Formats.of(updated.session().config());
        }
        return event instanceof ResponseEvent.Created created
                ? new Formats(Optional.empty(), created.response().outputFormat())
                : Formats.UNSAID;
    }

    private static Inspection clientEvent(byte[] utf8) {
        String type = "";
        try {
            ObjectNode json = Json.objectIn(utf8, 0, utf8.length);
            type = Nodes.text(json, "type");
            ClientEventReader.Reading reading = ClientEventReader.read(json);
            if (reading.event() instanceof ClientEvent.Raw) {
                return Inspection.unknown(type, reading.json());
            }
            return Inspection.accepted(type, reading.json(), audioOf(reading.event()), formatsOf(reading.event()));
        } catch (MalformedEventException e) {
            return Inspection.decodeError(type, e.reason());
        }
    }

    private static Optional<AudioData> audioOf(ClientEvent event) {
        return event instanceof ClientEvent.InputAudioBufferAppend append
                ? Optional.of(append.audio())
                : Optional.empty();
    }

    private static Formats formatsOf(ClientEvent event) {
        return event instanceof ClientEvent.SessionUpdate update ? Formats.of(update.session()) : Formats.UNSAID;
    }
}
