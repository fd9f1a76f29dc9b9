package dev.antiphon.transport.webrtc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The server's id of one call. It grants control over the call, so it is shown only as a digest:
 * the same call gives the same text in every log, and nobody can join with it.
 *
 * @param value 1 to 132 characters of {@code A-Z a-z 0-9 _ -}
 */
public record CallId(String value) {
    private static final int MAX_LENGTH = 132;

    /** @throws IllegalArgumentException if the value is no call id; the message does not repeat it */
    public CallId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a call id has 1 to " + MAX_LENGTH + " characters, not " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isLegal(value.charAt(i))) {
                throw new IllegalArgumentException("a call id holds letters, digits, _ and - only; see character " + i);
            }
        }
    }

    private static boolean isLegal(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    /** Eight hexadecimal digits that stand for this call in logs and messages. */
    public String digest() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Shows the digest only. */
    @Override
    public String toString() {
        return "CallId#" + digest();
    }
}
