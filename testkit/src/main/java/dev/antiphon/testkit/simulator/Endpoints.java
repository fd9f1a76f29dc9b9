package dev.antiphon.testkit.simulator;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which path leads where. */
final class Endpoints {
    private static final Pattern CALL_ACTION = Pattern.compile("/v1/realtime/calls/([^/]+)/([^/]+)");

    private static final String TRANSLATION_SECRETS = SocketEndpoint.TRANSLATIONS + "/client_secrets";

    private static final Set<String> ACTIONS = Set.of("accept", "reject", "refer", "hangup");

    private final SimulatedService service;
    private final CallEndpoint calls;
    private final ControlEndpoint control;
    private final PhoneEndpoint phone;
    private final SecretEndpoint secrets;
    private final SocketEndpoint sockets;

    Endpoints(SimulatedService service) {
        this.service = service;
        calls = new CallEndpoint(service);
        control = new ControlEndpoint(service);
        phone = new PhoneEndpoint(service);
        secrets = new SecretEndpoint(service);
        sockets = new SocketEndpoint(service);
    }

    void serve(Exchange exchange) {
        ReceivedRequest request = exchange.request();
        if (control.serves(request)) {
            control.serve(exchange);
            return;
        }
        String path = request.path();
        Matcher action = CALL_ACTION.matcher(path);
        boolean isAction = action.matches();
        String expected;
        boolean isSocket = path.equals("/v1/realtime") || path.equals(SocketEndpoint.TRANSLATIONS);
        if (isSocket) {
            expected = "GET";
        } else if (path.equals("/v1/realtime/calls")
                || path.equals("/v1/realtime/client_secrets")
                || path.equals(TRANSLATION_SECRETS)
                || (isAction && ACTIONS.contains(action.group(2)))) {
            expected = "POST";
        } else {
            exchange.answer(HttpAnswer.error(404, "not_found", "There is nothing at this path."));
            return;
        }
        if (request.method().equals("OPTIONS")) {
            exchange.answer(preflight(request, expected));
            return;
        }
        if (!request.method().equals(expected)) {
            exchange.answer(HttpAnswer.error(405, "method_not_allowed", "This path takes " + expected + " only.")
                    .andHeader("Allow", expected + ", OPTIONS"));
            return;
        }
        Optional<HttpAnswer> refusal =
                service.keys().refusal(exchange.key(), service.clock().now());
        if (refusal.isPresent()) {
            exchange.answer(refusal.get());
        } else if (isSocket) {
            sockets.open(exchange);
        } else if (path.equals("/v1/realtime/calls")) {
            calls.create(exchange);
        } else if (isAction) {
            act(exchange, action.group(1), action.group(2));
        } else {
            secrets.mint(exchange, path.equals(TRANSLATION_SECRETS));
        }
    }

    private void act(Exchange exchange, String callId, String action) {
        switch (action) {
            case "accept" -> phone.accept(exchange, callId);
            case "reject" -> phone.reject(exchange, callId);
            case "refer" -> phone.refer(exchange, callId);
            default -> calls.hangUp(exchange, callId);
        }
    }

    private static HttpAnswer preflight(ReceivedRequest request, String method) {
        String headers = request.header("Access-Control-Request-Headers")
                .orElse("Authorization, Content-Type, OpenAI-Safety-Identifier, X-OpenAI-Agents-SDK");
        return HttpAnswer.empty(204)
                .withHeader("Access-Control-Allow-Methods", method + ", OPTIONS")
                .withHeader("Access-Control-Allow-Headers", headers)
                .withHeader("Access-Control-Max-Age", "600");
    }
}
