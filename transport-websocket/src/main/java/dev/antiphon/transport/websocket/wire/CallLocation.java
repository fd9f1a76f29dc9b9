package dev.antiphon.transport.websocket.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The call id in the {@code Location} header of a created call.
 *
 * <p>Accepted: an absolute or relative URL; the query is cut off. The id is the last path segment
 * that starts with {@code rtc_}, or else the last segment, which compatible servers fill with a UUID.
 * An id is used only if it consists of letters, digits, {@code -} and {@code _}, so that it cannot
 * change the meaning of a URL it is put into; the host of the header is never looked at.
 */
final class CallLocation {
    private static final String PREFIX = "rtc_";
    private static final Pattern SAFE = Pattern.compile("(?:rtc_)?[A-Za-z0-9_-]{1,128}");
    private static final Pattern AUTHORITY = Pattern.compile("^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/]*");

    /** Segments of the path itself, where a server forgot the id. */
    private static final Set<String> NO_IDS = Set.of("calls", "realtime", "v1", "accept", "hangup", "refer", "reject");

    private CallLocation() {}

    static Optional<String> callIdIn(String location) {
        if (location.length() > 8192) {
            return Optional.empty();
        }
        int query = location.indexOf('?');
        String url = query < 0 ? location : location.substring(0, query);
        List<String> segments = Arrays.stream(
                        AUTHORITY.matcher(url).replaceFirst("").split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .toList();
        for (int i = segments.size() - 1; i >= 0; i--) {
            String segment = segments.get(i);
            if (segment.equals("..")) {
                return Optional.empty();
            }
            if (segment.startsWith(PREFIX) && segment.length() > PREFIX.length()) {
                return Optional.of(segment).filter(CallLocation::isSafe);
            }
        }
        String last = segments.isEmpty() ? "" : segments.get(segments.size() - 1);
        return Optional.of(last).filter(CallLocation::isSafe).filter(id -> !NO_IDS.contains(id));
    }

    /** Whether an id can stand in a path or query as it is. */
    static boolean isSafe(String id) {
        return !id.equals(PREFIX) && SAFE.matcher(id).matches();
    }

    /** @throws IllegalArgumentException if an id cannot stand in a path or query; it is not quoted */
    static String checked(String callId) {
        if (!isSafe(callId)) {
            throw new IllegalArgumentException("not a call id: only letters, digits, - and _ are allowed");
        }
        return callId;
    }
}
