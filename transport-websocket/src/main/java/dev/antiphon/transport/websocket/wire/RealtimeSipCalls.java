package dev.antiphon.transport.websocket.wire;

import dev.antiphon.transport.websocket.wire.IncomingCall.SipHeader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Telephone calls of the Realtime API. */
final class RealtimeSipCalls implements SipCalls {
    private static final String INCOMING = "realtime.call.incoming";

    @Override
    public URI acceptUrl(URI base, String callId) {
        return url(base, callId, "/accept");
    }

    @Override
    public URI rejectUrl(URI base, String callId) {
        return url(base, callId, "/reject");
    }

    @Override
    public byte[] rejection(int sipStatus) {
        return bytes(Json.object().put("status_code", sipStatus));
    }

    @Override
    public URI referUrl(URI base, String callId) {
        return url(base, callId, "/refer");
    }

    @Override
    public byte[] referral(URI target) {
        return bytes(Json.object().put("target_uri", target.toString()));
    }

    @Override
    public Optional<IncomingCall> incomingCall(byte[] body) {
        ObjectNode event;
        try {
            event = Json.objectIn(body, 0, body.length);
        } catch (MalformedEventException e) {
            throw new IllegalArgumentException("the webhook's body is " + e.getMessage(), e);
        }
        String type = Nodes.text(event, "type");
        if (type.isEmpty()) {
            throw new IllegalArgumentException("the webhook's body names no event type");
        }
        if (!type.equals(INCOMING)) {
            return Optional.empty();
        }
        if (!(event.get("data") instanceof ObjectNode data)) {
            throw new IllegalArgumentException("the webhook's body has no data");
        }
        return Optional.of(new IncomingCall(
                Nodes.text(event, "id"),
                createdAt(event),
                CallLocation.checked(Nodes.text(data, "call_id")),
                headers(data)));
    }

    private static Instant createdAt(ObjectNode event) {
        try {
            return Instant.ofEpochSecond(Nodes.integerOr0(event, "created_at"));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the webhook's created_at is out of range", e);
        }
    }

    private static List<SipHeader> headers(ObjectNode data) {
        List<SipHeader> headers = new ArrayList<>();
        JsonNode listed = data.get("sip_headers");
        if (listed != null && listed.isArray()) {
            for (JsonNode header : listed) {
                headers.add(new SipHeader(Nodes.text(header, "name"), Nodes.text(header, "value")));
            }
        }
        return headers;
    }

    private static URI url(URI base, String callId, String verb) {
        return RealtimeUrls.calls(base, "/" + CallLocation.checked(callId) + verb, List.of());
    }

    private static byte[] bytes(ObjectNode body) {
        return JsonWriter.text(body).getBytes(StandardCharsets.UTF_8);
    }
}
