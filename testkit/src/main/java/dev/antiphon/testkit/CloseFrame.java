package dev.antiphon.testkit;

import java.nio.charset.StandardCharsets;

/**
 * A close frame that a server received, RFC 6455 §5.5.1.
 *
 * @param code status code
 * @param reason its text
 */
public record CloseFrame(int code, String reason) {
    private static final int MAX_REASON_BYTES = 123;

    /** The frame a client sends for a wanted code and text: 1000 where the code may not travel, the text cut. */
    static CloseFrame of(int code, String text) {
        boolean mayTravel = (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006)
                || (code >= 3000 && code <= 4999);
        String reason = text;
        while (reason.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
            reason = reason.substring(0, reason.offsetByCodePoints(reason.length(), -1));
        }
        return new CloseFrame(mayTravel ? code : 1000, reason);
    }
}
