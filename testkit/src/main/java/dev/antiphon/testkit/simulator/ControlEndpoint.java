package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a test in another language does with the simulator: look at the journal and the calls, open gates, move
 * the clock, ring. Under {@code /simulator/}, only when it was asked for, and not for web pages: a page that
 * somebody visits must not read what a test said.
 */
final class ControlEndpoint {
    private static final String PREFIX = "/simulator/";

    private final SimulatedService service;

    ControlEndpoint(SimulatedService service) {
        this.service = service;
    }

    boolean serves(ReceivedRequest request) {
        return service.settings().controlled() && request.path().startsWith(PREFIX);
    }

    void serve(Exchange exchange) {
        ReceivedRequest request = exchange.request();
        if (request.header("Origin").isPresent()) {
            exchange.answer(HttpAnswer.error(403, "forbidden", "Web pages do not control the simulator."));
            return;
        }
        try {
            exchange.answer(answer(request));
        } catch (InvalidEvent e) {
            exchange.answer(HttpAnswer.invalid(e));
        }
    }

    private HttpAnswer answer(ReceivedRequest request) throws InvalidEvent {
        String what = request.method() + " " + request.path().substring(PREFIX.length());
        if (what.startsWith("POST gates/") && what.endsWith("/open")) {
            return open(what.substring("POST gates/".length(), what.length() - "/open".length()));
        }
        return switch (what) {
            case "GET journal" -> json(journal(request.query("after").orElse("0")));
            case "GET calls" -> json(calls());
            case "POST clock" -> json(advance(body(request)));
            case "POST ring" -> json(ring(body(request)));
            default ->
                HttpAnswer.error(
                        404,
                        "not_found",
                        "There are GET journal, GET calls, POST clock, POST ring and POST gates/NAME/open.");
        };
    }

    private static ObjectNode body(ReceivedRequest request) throws InvalidEvent {
        return Json.parseObject(new String(request.rawBody(), StandardCharsets.UTF_8));
    }

    private static HttpAnswer json(JsonNode body) {
        return HttpAnswer.of(200, "application/json", Json.write(body));
    }

    private HttpAnswer open(String name) {
        Optional<Gate> gate = service.settings().script().gate(name);
        if (gate.isEmpty()) {
            return HttpAnswer.error(404, "no_such_gate", "No rule or misfortune of the script names this gate.");
        }
        gate.get().open();
        return HttpAnswer.empty(204);
    }

    private ArrayNode journal(String after) throws InvalidEvent {
        long seen;
        try {
            seen = Long.parseLong(after);
        } catch (NumberFormatException e) {
            throw InvalidEvent.value("after", "Invalid value for 'after': expected a sequence number.");
        }
        ArrayNode entries = Json.array();
        for (JournalEntry entry : service.journal().entries(one -> one.sequence() > seen)) {
            entries.addObject()
                    .put("sequence", entry.sequence())
                    .put("atMillis", entry.at().toMillis())
                    .put("kind", entry.kind().name())
                    .put("connection", entry.connection())
                    .put("callId", entry.callId())
                    .put("type", entry.type())
                    .put("text", entry.text());
        }
        return entries;
    }

    private ArrayNode calls() {
        ArrayNode calls = Json.array();
        service.ledger()
                .all()
                .forEach(call -> calls.addObject()
                        .put("id", call.id())
                        .put("state", call.state().name()));
        return calls;
    }

    private ObjectNode advance(ObjectNode body) throws InvalidEvent {
        JsonNode span = body.path("advanceMillis");
        if (!span.isIntegralNumber() || span.longValue() < 0) {
            throw InvalidEvent.value("advanceMillis", "Invalid value for 'advanceMillis': expected a number.");
        }
        service.clock().advance(Duration.ofMillis(span.longValue()));
        return Json.object().put("atMillis", service.clock().elapsed().toMillis());
    }

    private ObjectNode ring(ObjectNode body) throws InvalidEvent {
        Optional<Webhook> webhook = webhook(body.path("webhook"));
        Call call = service.ring(body.path("from").asString("+4930123456"));
        webhook.ifPresent(to -> to.deliver(call, service));
        return Json.parseObject(call.incomingEvent());
    }

    private static Optional<Webhook> webhook(JsonNode given) throws InvalidEvent {
        if (given.isMissingNode()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Webhook.to(
                    URI.create(given.path("url").asString("")),
                    given.path("secret").asString("")));
        } catch (IllegalArgumentException e) {
            throw InvalidEvent.value("webhook", "Invalid value for 'webhook': expected a url and a secret.");
        }
    }
}
