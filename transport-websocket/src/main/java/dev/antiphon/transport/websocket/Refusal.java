package dev.antiphon.transport.websocket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a refusing HTTP answer tells, made safe for messages and logs: a server or something between
 * may send HTML, control characters, our own key, or megabytes.
 */
record Refusal(
        Optional<String> errorCode, Optional<String> requestId, Optional<Duration> retryAfter, String bodyExcerpt) {
    private static final int EXCERPT_CHARACTERS = 512;
    private static final int READ_BYTES = 4096;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");
    private static final Pattern KEYS = Pattern.compile(
            "(?i)(bearer\\s+\\S+)|((sk|ek|pk|rtc|sess)[-_][A-Za-z0-9_*.-]{4,})|(eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9_.-]*)");
    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([^\"\\\\]{1,128})\"");
    private static final Pattern TYPE = Pattern.compile("\"type\"\\s*:\\s*\"([^\"\\\\]{1,128})\"");

    /** @param secret our own credential, masked wherever it appears */
    Refusal(HttpAnswer answer, Optional<String> secret) {
        this(
                errorCode(text(answer.body())),
                requestId(answer.headers()),
                answer.headers().first("retry-after").flatMap(value -> wait(value, Instant.now())),
                excerpt(text(answer.body()), secret));
    }

    private static String text(byte[] body) {
        return new String(body, 0, Math.min(body.length, READ_BYTES), StandardCharsets.UTF_8);
    }

    private static Optional<String> errorCode(String body) {
        if (!body.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        return name(CODE.matcher(body)).or(() -> name(TYPE.matcher(body)));
    }

    private static Optional<String> name(Matcher found) {
        return found.find() ? Optional.of(found.group(1)).filter(Refusal::isName) : Optional.empty();
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches() && !KEYS.matcher(text).find();
    }

    private static Optional<String> requestId(Headers headers) {
        return headers.first("x-request-id")
                .or(() -> headers.first("apim-request-id"))
                .or(() -> headers.first("request-id"))
                .filter(Refusal::isName);
    }

    /** Seconds or an HTTP date, RFC 9110 §10.2.3, clamped to what a caller can use. */
    static Optional<Duration> wait(String value, Instant now) {
        String text = value.strip();
        if (text.matches("[0-9]{1,18}")) {
            return Optional.of(clamp(Duration.ofSeconds(Long.parseLong(text))));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(clamp(Duration.between(now, until)));
        } catch (DateTimeParseException notADate) {
            return Optional.empty();
        }
    }

    private static Duration clamp(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private static String excerpt(String body, Optional<String> secret) {
        String known = secret.filter(value -> !value.isBlank())
                .map(value -> body.replace(value, "[masked]"))
                .orElse(body);
        String masked = KEYS.matcher(known).replaceAll("[masked]");
        StringBuilder line = new StringBuilder(Math.min(masked.length(), EXCERPT_CHARACTERS));
        boolean gap = false;
        for (int at = 0; at < masked.length() && line.length() < EXCERPT_CHARACTERS; at++) {
            char next = masked.charAt(at);
            // Anything that could move a cursor, reorder text or end a line becomes one blank.
            boolean printable = (next > ' ' && next < 0x7f) || (next > 0xa0 && Character.isLetterOrDigit(next));
            if (printable) {
                if (gap && line.length() > 0 && line.length() < EXCERPT_CHARACTERS - 1) {
                    line.append(' ');
                }
                line.append(next);
            }
            gap = !printable;
        }
        return line.toString();
    }
}
