package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An HTTP answer as the simulator sends it. Immutable; {@code toString} shows no body.
 *
 * @param headers in order; a name may come more than once
 * @param body sent as UTF-8
 */
public record HttpAnswer(int status, List<Map.Entry<String, String>> headers, String body) {
    public HttpAnswer {
        headers = List.copyOf(headers);
    }

    /** An answer with a content type and a body. */
    public static HttpAnswer of(int status, String contentType, String body) {
        return new HttpAnswer(status, List.of(Map.entry("Content-Type", contentType)), body);
    }

    /** An answer without a body. */
    public static HttpAnswer empty(int status) {
        return new HttpAnswer(status, List.of(), "");
    }

    /** An error in the service's form: {@code {"error":{"message","type","code","param"}}}. */
    public static HttpAnswer error(int status, String code, String message) {
        return error(status, code, message, "");
    }

    /** An error in the service's form that names a parameter by its path. */
    public static HttpAnswer error(int status, String code, String message, String param) {
        ObjectNode body = Json.object();
        ObjectNode error = body.putObject("error");
        error.put("message", message);
        error.put("type", status >= 500 ? "server_error" : "invalid_request_error");
        if (param.isEmpty()) {
            error.putNull("param");
        } else {
            error.put("param", param);
        }
        error.put("code", code);
        return of(status, "application/json", Json.write(body));
    }

    static HttpAnswer invalid(InvalidEvent fault) {
        String code = fault.code().equals("invalid_event") ? "invalid_json" : fault.code();
        return error(400, code, String.valueOf(fault.getMessage()), fault.param());
    }

    static HttpAnswer callNotFound() {
        return error(404, "call_id_not_found", "No session found for this call_id.", "call_id");
    }

    public HttpAnswer withStatus(int other) {
        return new HttpAnswer(other, headers, body);
    }

    public HttpAnswer withBody(String other) {
        return new HttpAnswer(status, headers, other);
    }

    /** Replaces all headers of this name. */
    public HttpAnswer withHeader(String name, String value) {
        return withoutHeader(name).andHeader(name, value);
    }

    /** Adds a header beside those of the same name. */
    public HttpAnswer andHeader(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new HttpAnswer(status, more, body);
    }

    public HttpAnswer withoutHeader(String name) {
        List<Map.Entry<String, String>> rest = new ArrayList<>(headers);
        rest.removeIf(header -> header.getKey().equalsIgnoreCase(name));
        return new HttpAnswer(status, rest, body);
    }

    /** The first header of this name. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    @Override
    public String toString() {
        return "HttpAnswer[" + status + ", " + body.length() + " characters]";
    }
}
