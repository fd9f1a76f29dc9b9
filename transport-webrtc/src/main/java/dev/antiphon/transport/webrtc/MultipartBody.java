package dev.antiphon.transport.webrtc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * A {@code multipart/form-data} body (RFC 7578) of parts without file names, each part's bytes
 * exactly as given.
 *
 * @param contentType header value with the boundary
 * @param bytes the encoded body; owned by the receiver
 */
record MultipartBody(String contentType, byte[] bytes) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * One field of the form.
     *
     * @param name field name, a token of ours
     * @param type content type of the field
     * @param bytes not copied, not changed
     */
    record Part(String name, String type, byte[] bytes) {}

    static MultipartBody of(Part... parts) {
        return of(MultipartBody::randomBoundary, List.of(parts));
    }

    /** @param boundaries candidates, asked until one occurs in no part */
    static MultipartBody of(Supplier<String> boundaries, List<Part> parts) {
        String boundary = boundaries.get();
        while (occursIn(parts, boundary)) {
            boundary = boundaries.get();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(512 + size(parts));
        for (Part part : parts) {
            append(
                    out,
                    "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + part.name()
                            + "\"\r\nContent-Type: " + part.type() + "\r\n\r\n");
            out.writeBytes(part.bytes());
            append(out, "\r\n");
        }
        append(out, "--" + boundary + "--\r\n");
        return new MultipartBody("multipart/form-data; boundary=" + boundary, out.toByteArray());
    }

    private static int size(List<Part> parts) {
        return parts.stream().mapToInt(part -> part.bytes().length).sum();
    }

    private static boolean occursIn(List<Part> parts, String boundary) {
        return parts.stream()
                .anyMatch(part -> new String(part.bytes(), StandardCharsets.ISO_8859_1).contains(boundary));
    }

    private static void append(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
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
