package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Infliction.Subject;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.SessionConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Accepts, rejects and refers calls that came in by telephone. */
final class PhoneEndpoint {
    private static final int DECLINED = 603;
    /** What the telephone side decides for itself. */
    private static final List<String> NOT_FOR_CALLERS =
            List.of("threshold", "prefix_padding_ms", "silence_duration_ms");

    /** What is done with a call, once its request was read. */
    private interface Action {
        void perform(Call call, ObjectNode body) throws InvalidEvent;
    }

    private final SimulatedService service;

    PhoneEndpoint(SimulatedService service) {
        this.service = service;
    }

    void accept(Exchange exchange, String callId) {
        answer(exchange, callId, call -> call.state() == Call.State.RINGING, (call, body) -> {
            SessionConfig config = SessionConfig.ofCall(body, service.settings().model());
            JsonNode detection = body.path("audio").path("input").path("turn_detection");
            for (String name : NOT_FOR_CALLERS) {
                if (detection.has(name)) {
                    throw InvalidEvent.unknownParameter("session.audio.input.turn_detection." + name);
                }
            }
            Subject owner = new Subject(exchange.request().connection(), Connection.Kind.SIDEBAND, callId);
            call.accepted(service.keys().ownerOf(exchange.key()), Json.write(body), service.newSession(config, owner));
            service.ledger().answered(call);
        });
    }

    void reject(Exchange exchange, String callId) {
        answer(exchange, callId, call -> call.state() == Call.State.RINGING, (call, body) -> {
            JsonNode status = body.path("status_code");
            if (!status.isMissingNode() && !status.isIntegralNumber()) {
                throw InvalidEvent.value("status_code", "Invalid value for 'status_code': expected an integer.");
            }
            call.rejected(status.asInt(DECLINED));
            service.ledger().answered(call);
        });
    }

    void refer(Exchange exchange, String callId) {
        Predicate<Call> own = call -> call.isLive()
                && call.isByTelephone()
                && call.owner().equals(service.keys().ownerOf(exchange.key()));
        answer(exchange, callId, own, (call, body) -> {
            if (!body.has("target_uri")) {
                throw InvalidEvent.missing("target_uri");
            }
            String target = body.path("target_uri").asString("");
            if (!target.startsWith("tel:") && !target.startsWith("sip:")) {
                throw InvalidEvent.value("target_uri", "Invalid value for 'target_uri': expected a tel: or sip: URI.");
            }
            call.referred(target);
        });
    }

    private void answer(Exchange exchange, String callId, Predicate<Call> fit, Action action) {
        Optional<Call> call = service.ledger().find(callId).filter(fit);
        if (call.isEmpty()) {
            exchange.answer(HttpAnswer.callNotFound());
            return;
        }
        String body = new String(exchange.request().rawBody(), StandardCharsets.UTF_8);
        try {
            action.perform(call.get(), body.isBlank() ? Json.object() : Json.parseObject(body));
            exchange.answer(HttpAnswer.empty(200));
        } catch (InvalidEvent e) {
            exchange.answer(HttpAnswer.invalid(e));
        }
    }
}
