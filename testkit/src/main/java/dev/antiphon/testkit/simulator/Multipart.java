package dev.antiphon.testkit.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code multipart/form-data} (RFC 7578, RFC 2046 §5.1). A part's body is exactly the bytes between
 * its header block and the line break that belongs to the next delimiter.
 */
final class Multipart {
    /** One part; header names are in lower case. */
    static final class Part {
        private final String name;
        private final Map<String, String> headers;
        private final byte[] body;

        private Part(String name, Map<String, String> headers, byte[] body) {
            this.name = name;
            this.headers = headers;
            this.body = body;
        }

        String name() {
            return name;
        }

        byte[] body() {
            return body;
        }

        String contentType() {
            return headers.getOrDefault("content-type", "text/plain");
        }
    }

    /** A body that is not what its content type says. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    private static final int MAX_PARTS = 16;
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");
    private static final Pattern NAME = Pattern.compile("(?i);\\s*name=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;\"]+))");

    private final byte[] body;
    private final byte[] delimiter;
    private int at;

    private Multipart(byte[] body, String boundary) {
        this.body = body;
        delimiter = ("--" + boundary).getBytes(StandardCharsets.US_ASCII);
    }

    static List<Part> parse(String contentType, byte[] body) throws MalformedException {
        Matcher matcher = BOUNDARY.matcher(contentType);
        if (!matcher.find()) {
            throw new MalformedException("The multipart content type has no valid boundary.");
        }
        String boundary = Optional.ofNullable(matcher.group(1)).orElseGet(() -> matcher.group(2));
        return new Multipart(body, boundary).parts();
    }

    private List<Part> parts() throws MalformedException {
        at = findDelimiter(0);
        if (at < 0) {
            throw new MalformedException("The multipart body does not contain its boundary.");
        }
        List<Part> parts = new ArrayList<>();
        while (!closesHere()) {
            if (parts.size() == MAX_PARTS) {
                throw new MalformedException("The multipart body has more than " + MAX_PARTS + " parts.");
            }
            parts.add(part());
        }
        return parts;
    }

    /** Stands on a delimiter and reads what follows it: the close mark, or the rest of its line. */
    private boolean closesHere() throws MalformedException {
        at += delimiter.length;
        if (at + 1 < body.length && body[at] == '-' && body[at + 1] == '-') {
            return true;
        }
        while (at < body.length && (body[at] == ' ' || body[at] == '\t')) {
            at++;
        }
        if (at + 1 >= body.length || body[at] != '\r' || body[at + 1] != '\n') {
            throw new MalformedException("The multipart body ends without its closing boundary.");
        }
        at += 2;
        return false;
    }

    private Part part() throws MalformedException {
        Map<String, String> headers = headers();
        Matcher name = NAME.matcher(headers.getOrDefault("content-disposition", ""));
        if (!name.find()) {
            throw new MalformedException("A part has no name in its Content-Disposition.");
        }
        int from = at;
        int next = findDelimiter(from);
        if (next < 0) {
            throw new MalformedException("The multipart body ends without its closing boundary.");
        }
        at = next;
        int to = Math.max(from, next - 2);
        String text = Optional.ofNullable(name.group(1)).orElseGet(() -> name.group(2));
        return new Part(text.replaceAll("\\\\(.)", "$1"), headers, Arrays.copyOfRange(body, from, to));
    }

    private Map<String, String> headers() throws MalformedException {
        Map<String, String> headers = new LinkedHashMap<>();
        int limit = Math.min(body.length, at + MAX_HEADER_BYTES);
        while (true) {
            int end = at;
            while (end + 1 < limit && !(body[end] == '\r' && body[end + 1] == '\n')) {
                end++;
            }
            if (end + 1 >= limit) {
                throw new MalformedException("The headers of a part do not end.");
            }
            String line = new String(body, at, end - at, StandardCharsets.UTF_8);
            at = end + 2;
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new MalformedException("A part has a malformed header line.");
            }
            headers.put(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
    }

    /**
     * The next delimiter that starts a line and is a whole one: followed by the close mark, or by nothing
     * but white space up to the line break. Text that merely begins like it is content.
     */
    private int findDelimiter(int from) {
        for (int i = from; i + delimiter.length <= body.length; i++) {
            boolean lineStart = i == 0 || (i >= 2 && body[i - 2] == '\r' && body[i - 1] == '\n');
            if (lineStart
                    && Arrays.equals(body, i, i + delimiter.length, delimiter, 0, delimiter.length)
                    && endsLine(i + delimiter.length)) {
                return i;
            }
        }
        return -1;
    }

    private boolean endsLine(int from) {
        int i = from;
        if (i + 1 < body.length && body[i] == '-' && body[i + 1] == '-') {
            return true;
        }
        while (i < body.length && (body[i] == ' ' || body[i] == '\t')) {
            i++;
        }
        return i + 1 < body.length && body[i] == '\r' && body[i + 1] == '\n';
    }
}
