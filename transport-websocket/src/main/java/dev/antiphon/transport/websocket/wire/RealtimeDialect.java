package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.SessionConfig;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The Realtime API in its general form; the names of its beta are understood on reading. */
final class RealtimeDialect implements Dialect {
    private final EventCodec codec = new JsonCodec(
            ServerEventReader.realtime(), new ClientEventWriter(), session -> SessionJson.write(session, true));

    private final SipCalls sip = new RealtimeSipCalls();

    @Override
    public String name() {
        return "realtime";
    }

    @Override
    public EventCodec codec() {
        return codec;
    }

    @Override
    public URI webSocketUrl(URI base, SessionConfig session) {
        if (session.isTranscriptionOnly()) {
            // Such a session names its model in audio.input.transcription.
            return RealtimeUrls.socket(base, List.of(RealtimeUrls.INTENT_TRANSCRIPTION));
        }
        return RealtimeUrls.socket(
                base,
                session.model()
                        .map(model -> List.of(RealtimeUrls.parameter("model", model)))
                        .orElse(List.of()));
    }

    @Override
    public URI sidebandUrl(URI base, String callId) {
        return RealtimeUrls.socket(base, List.of("call_id=" + CallLocation.checked(callId)));
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
    public Optional<URI> clientSecretsUrl(URI base) {
        return Optional.of(RealtimeUrls.below(base, "/client_secrets", List.of()));
    }

    @Override
    public Optional<String> callIdIn(String location) {
        return CallLocation.callIdIn(location);
    }

    @Override
    public Optional<SipCalls> sip() {
        return Optional.of(sip);
    }
}
