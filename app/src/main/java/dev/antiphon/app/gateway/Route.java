package dev.antiphon.app.gateway;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What can be asked for.
 *
 * @param action what is asked for
 * @param callId the call that is named; empty where none is
 */
record Route(Action action, String callId) {
    /** Everything there is. */
    enum Action {
        PAGE("GET, HEAD", false, false),
        CONFIG("GET", false, false),
        CALL("POST", true, true),
        EVENTS("GET", false, true),
        TEXT("POST", true, true),
        INTERRUPT("POST", true, true),
        HANG_UP("DELETE", true, true),
        HEALTH("GET, HEAD", false, false),
        METRICS("GET", false, true);

        private final String methods;
        private final boolean changes;
        private final boolean guarded;

        Action(String methods, boolean changes, boolean guarded) {
            this.methods = methods;
            this.changes = changes;
            this.guarded = guarded;
        }

        String methods() {
            return methods;
        }

        boolean takes(String method) {
            return List.of(methods.split(", ")).contains(method);
        }

        /** Whether it changes something at the provider or here. */
        boolean changes() {
            return changes;
        }

        /** Whether only clients with access may ask for it. */
        boolean isGuarded() {
            return guarded;
        }

        /** Whether it is asked by machinery in front of us, which knows no host name of ours. */
        boolean isProbe() {
            return this == HEALTH;
        }

        /** Whether a link on any other page may lead here: fixed files, which do nothing and tell nothing. */
        boolean isLinkable() {
            return this == PAGE;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The route of a path; empty if there is none. */
    static Optional<Route> of(String path, Assets assets) {
        if (assets.at(path).isPresent()) {
            return Optional.of(new Route(Action.PAGE, ""));
        }
        return switch (path) {
            case "/config" -> Optional.of(new Route(Action.CONFIG, ""));
            case "/calls" -> Optional.of(new Route(Action.CALL, ""));
            case "/health" -> Optional.of(new Route(Action.HEALTH, ""));
            case "/metrics" -> Optional.of(new Route(Action.METRICS, ""));
            default -> ofCall(path);
        };
    }

    private static Optional<Route> ofCall(String path) {
        String[] parts = path.split("/", -1);
        if (parts.length < 3 || parts.length > 4 || !parts[1].equals("calls") || parts[2].isEmpty()) {
            return Optional.empty();
        } else if (parts.length == 3) {
            return Optional.of(new Route(Action.HANG_UP, parts[2]));
        }
        return switch (parts[3]) {
            case "events" -> Optional.of(new Route(Action.EVENTS, parts[2]));
            case "text" -> Optional.of(new Route(Action.TEXT, parts[2]));
            case "interrupt" -> Optional.of(new Route(Action.INTERRUPT, parts[2]));
            default -> Optional.empty();
        };
    }
}
