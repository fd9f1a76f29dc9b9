package dev.antiphon.transport.webrtc;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * A {@code multipart/form-data} body (RFC 7578) of parts without file names, each part's text exactly
 * as given, in UTF-8.
 */
final class MultipartBody {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String contentType;
    private final byte[] bytes;

    private MultipartBody(String contentType, byte[] bytes) {
        this.contentType = contentType;
        this.bytes = bytes;
    }

    /**
     * One field of the form.
     *
     * @param name field name, a token of ours
     * @param type content type of the field
     * @param text carried unchanged
     */
    record Part(String name, String type, String text) {}

    static MultipartBody of(Part... parts) {
        return of(MultipartBody::randomBoundary, List.of(parts));
    }

    /** @param boundaries candidates, asked until one occurs in no part */
    static MultipartBody of(Supplier<String> boundaries, List<Part> parts) {
        String boundary = boundaries.get();
        while (occursIn(parts, boundary)) {
            boundary = boundaries.get();
        }
        StringBuilder out = new StringBuilder(512);
        for (Part part : parts) {
            out.append("--").append(boundary).append("\r\n");
            out.append("Content-Disposition: form-data; name=\"")
                    .append(part.name())
                    .append("\"\r\n");
            out.append("Content-Type: ").append(part.type()).append("\r\n\r\n");
            out.append(part.text()).append("\r\n");
        }
        out.append("--").append(boundary).append("--\r\n");
        return new MultipartBody(
                "multipart/form-data; boundary=" + boundary, out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean occursIn(List<Part> parts, String boundary) {
        return parts.stream().anyMatch(part -> part.text().contains(boundary));
    }

    /** Value of the {@code Content-Type} header, with the boundary. */
    String contentType() {
        return contentType;
    }

    /** The encoded body; must not be changed. */
    byte[] bytes() {
        return bytes;
    }

    private static String randomBoundary() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return "antiphon-" + HexFormat.of().formatHex(random);
    }

    /** Shows the size only: the parts hold an SDP and a session. */
    @Override
    public String toString() {
        return "MultipartBody[" + bytes.length + " bytes]";
    }
}
