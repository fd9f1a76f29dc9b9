package dev.antiphon.testkit.media;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The hash of a certificate, as {@code a=fingerprint} announces it (RFC 8122 §5). Immutable. */
final class Fingerprint {
    private static final List<String> STRONG = List.of("sha-256", "sha-384", "sha-512");
    private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

    private final String function;
    private final byte[] hash;

    private Fingerprint(String function, byte[] hash) {
        this.function = function;
        this.hash = hash;
    }

    /** The SHA-256 fingerprint of a certificate in DER. */
    static Fingerprint of(byte[] certificate) {
        return new Fingerprint("sha-256", digest("sha-256", certificate));
    }

    /** Reads the value of {@code a=fingerprint}; empty if it is malformed or its hash function is too weak. */
    static Optional<Fingerprint> parse(String value) {
        String[] parts = value.strip().split("\\s+", -1);
        String function = parts[0].toLowerCase(Locale.ROOT);
        if (parts.length != 2 || !STRONG.contains(function)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Fingerprint(function, HEX.parseHex(parts[1])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean matches(byte[] certificate) {
        return MessageDigest.isEqual(hash, digest(function, certificate));
    }

    private static byte[] digest(String function, byte[] certificate) {
        try {
            return MessageDigest.getInstance(function.toUpperCase(Locale.ROOT)).digest(certificate);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + function, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && function.equals(that.function) && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    /** The value of {@code a=fingerprint}. */
    @Override
    public String toString() {
        return function + " " + HEX.formatHex(hash);
    }
}
