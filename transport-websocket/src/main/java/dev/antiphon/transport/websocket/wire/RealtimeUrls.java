package dev.antiphon.transport.websocket.wire;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * URL rules that the dialects share. A base URL may end in nothing, {@code /v1} or
 * {@code /realtime}; any other path is somebody's own and is left alone. Its query is kept, except
 * for the parameters that choose what is connected to, which are ours.
 */
final class RealtimeUrls {
    static final String INTENT_TRANSCRIPTION = "intent=transcription";

    private static final Set<String> OURS = Set.of("intent", "call_id");

    private RealtimeUrls() {}

    /** URL of a socket: parameters {@code own} come after the base's, in the order given. */
    static URI socket(URI base, List<String> own) {
        boolean decidesModel = own.stream()
                .anyMatch(parameter -> parameter.startsWith("model=")
                        || parameter.startsWith("call_id=")
                        || parameter.equals(INTENT_TRANSCRIPTION));
        List<String> parameters = queryOf(base, decidesModel);
        parameters.addAll(own);
        return url(base, secureAs(base, "wss", "ws"), realtimePath(base), parameters);
    }

    /** URL below {@code …/realtime/calls}. */
    static URI calls(URI base, String below, List<String> own) {
        return below(base, "/calls" + below, own);
    }

    /** URL of a request below {@code …/realtime}. */
    static URI below(URI base, String below, List<String> own) {
        String path = realtimePath(base);
        if (!path.endsWith("/realtime")) {
            path = (path.endsWith("/") ? path : path + "/") + "realtime";
        }
        List<String> parameters = queryOf(base, true);
        parameters.addAll(own);
        return url(base, secureAs(base, "https", "http"), path + below, parameters);
    }

    static String parameter(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String realtimePath(URI base) {
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        if (path.isEmpty() || path.equals("/")) {
            return "/v1/realtime";
        }
        if (path.endsWith("/realtime/")) {
            return path.substring(0, path.length() - 1);
        }
        if (path.endsWith("/v1")) {
            return path + "/realtime";
        }
        if (path.endsWith("/v1/")) {
            return path + "realtime";
        }
        return path;
    }

    private static List<String> queryOf(URI base, boolean dropModel) {
        List<String> kept = new ArrayList<>();
        String query = base.getRawQuery();
        if (query == null) {
            return kept;
        }
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (!parameter.isEmpty() && !OURS.contains(name) && !(dropModel && name.equals("model"))) {
                kept.add(parameter);
            }
        }
        return kept;
    }

    private static String secureAs(URI base, String secure, String plain) {
        String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "https", "wss" -> secure;
            case "http", "ws" -> plain;
            case "" -> throw new IllegalArgumentException("the base URL has no scheme: use wss, https, ws or http");
            default ->
                throw new IllegalArgumentException(
                        "the base URL has scheme " + scheme + ": use wss, https, ws or http");
        };
    }

    private static URI url(URI base, String scheme, String path, List<String> parameters) {
        if (base.getHost() == null) {
            throw new IllegalArgumentException("the base URL has no host");
        }
        if (base.getRawUserInfo() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException("the base URL must hold no user name and no fragment");
        }
        String query = parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
        return URI.create(scheme + "://" + base.getRawAuthority() + path + query);
    }
}
