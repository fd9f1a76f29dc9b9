package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.SessionConfig;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The Realtime API in its general form; the names of its beta are understood on reading. */
final class RealtimeDialect implements Dialect {
    private final EventCodec codec = new RealtimeCodec();

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
        return RealtimeUrls.socket(
                base,
                session.model()
                        .map(model -> List.of(RealtimeUrls.parameter("model", model)))
                        .orElse(List.of()));
    }

    @Override
    public URI sidebandUrl(URI base, String callId) {
        return RealtimeUrls.socket(base, List.of("call_id=" + checked(callId)));
    }

    @Override
    public URI callsUrl(URI base) {
        return RealtimeUrls.calls(base, "", List.of());
    }

    @Override
    public URI hangupUrl(URI base, String callId) {
        return RealtimeUrls.calls(base, "/" + checked(callId) + "/hangup", List.of());
    }

    @Override
    public Optional<String> callIdIn(String location) {
        return CallLocation.callIdIn(location);
    }

    private static String checked(String callId) {
        if (!CallLocation.isSafe(callId)) {
            throw new IllegalArgumentException("not a call id: only letters, digits, - and _ are allowed");
        }
        return callId;
    }
}
