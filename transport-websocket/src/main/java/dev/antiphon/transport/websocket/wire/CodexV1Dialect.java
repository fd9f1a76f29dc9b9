package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.SessionFeature;
import dev.antiphon.core.port.SessionSupport;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The dialect of codex before it spoke the Realtime API: intent, header and events of its own. */
final class CodexV1Dialect implements Dialect {
    private static final String INTENT = "intent=quicksilver";
    private static final Map<String, String> REFUSED = refusedTypes();

    /** A session that only transcribes is a conversation here, so it is not refused. */
    private static final SessionSupport SESSIONS = new SessionSupport(
            Map.of(
                    SessionFeature.TEXT_OUTPUT, "the dialect codex-v1 answers in audio only",
                    SessionFeature.TOOLS, "the dialect codex-v1 has no tools; hand-offs come without being declared"),
            List.of("juniper", "maple", "spruce", "ember", "vale", "breeze", "arbor", "sol", "cove"));

    private final EventCodec codec = new JsonCodec(
            CodexV1Events.readers(), new CodexV1Writer(), session -> CodexV1Writer.session(session, true));

    @Override
    public String name() {
        return "codex-v1";
    }

    @Override
    public EventCodec codec() {
        return codec;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("openai-alpha", "quicksilver=v1");
    }

    @Override
    public Map<String, String> refused() {
        return REFUSED;
    }

    @Override
    public SessionSupport sessions() {
        return SESSIONS;
    }

    @Override
    public URI webSocketUrl(URI base, SessionConfig session) {
        List<String> own = new ArrayList<>(List.of(INTENT));
        session.model().ifPresent(model -> own.add(RealtimeUrls.parameter("model", model)));
        return RealtimeUrls.socket(base, own);
    }

    @Override
    public URI sidebandUrl(URI base, String callId) {
        return RealtimeUrls.socket(base, List.of(INTENT, "call_id=" + CallLocation.checked(callId)));
    }

    @Override
    public URI callsUrl(URI base) {
        return RealtimeUrls.calls(base, "", List.of());
    }

    @Override
    public URI hangupUrl(URI base, String callId) {
        return RealtimeUrls.calls(base, "/" + CallLocation.checked(callId) + "/hangup", List.of());
    }

    @Override
    public Optional<String> callIdIn(String location) {
        return CallLocation.callIdIn(location);
    }

    private static Map<String, String> refusedTypes() {
        Map<String, String> refused = new LinkedHashMap<>();
        for (ClientEvent event : List.of(
                new ClientEvent.InputAudioBufferCommit(""),
                new ClientEvent.InputAudioBufferClear(""),
                new ClientEvent.ConversationItemRetrieve("", "any"),
                new ClientEvent.ConversationItemTruncate("", "any", 0, 0),
                new ClientEvent.ConversationItemDelete("", "any"),
                new ClientEvent.ResponseCreate("", Optional.empty()),
                new ClientEvent.ResponseCancel("", Optional.empty()),
                new ClientEvent.OutputAudioBufferClear(""))) {
            refused.put(event.type(), CodexV1Writer.unknown(event));
        }
        return Map.copyOf(refused);
    }
}
