package dev.antiphon.app.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Who may use a gateway, and as whom: quotas and the right to a call go by the client that this names.
 * Immutable.
 */
public final class Access {
    private static final String BEARER = "Bearer ";
    private static final int LONGEST_IDENTITY = 256;

    private final Optional<byte[]> tokenHash;
    private final Optional<String> identityHeader;

    private Access(Optional<byte[]> tokenHash, Optional<String> identityHeader) {
        this.tokenHash = tokenHash;
        this.identityHeader = identityHeader;
    }

    /** Everybody who reaches it; a client is a network address. */
    public static Access open() {
        return new Access(Optional.empty(), Optional.empty());
    }

    /**
     * Whoever presents this token ({@code Authorization: Bearer}, RFC 6750); a client is a network address.
     *
     * @throws IllegalArgumentException if it has fewer than 16 characters
     */
    public static Access token(String secret) {
        if (secret.length() < 16) {
            throw new IllegalArgumentException("an access token needs at least 16 characters");
        }
        return new Access(Optional.of(hash(secret)), Optional.empty());
    }

    /** Whoever a reverse proxy in front names in this header; nothing but that proxy may reach the gateway. */
    public static Access identityHeader(String header) {
        return new Access(Optional.empty(), Optional.of(header));
    }

    boolean isOpen() {
        return tokenHash.isEmpty() && identityHeader.isEmpty();
    }

    boolean asksForToken() {
        return tokenHash.isPresent();
    }

    /** The client; empty if it may not use the gateway. */
    Optional<String> clientOf(Request request) {
        if (tokenHash.isPresent()) {
            String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
            boolean known = given != null
                    && given.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    && MessageDigest.isEqual(
                            tokenHash.get(),
                            hash(given.substring(BEARER.length()).strip()));
            return known ? Optional.of(Request.getRemoteAddr(request)) : Optional.empty();
        } else if (identityHeader.isPresent()) {
            return Optional.ofNullable(request.getHeaders().get(identityHeader.get()))
                    .filter(name -> !name.isBlank() && name.length() <= LONGEST_IDENTITY);
        }
        return Optional.of(Request.getRemoteAddr(request));
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            // Every Java platform has SHA-256, see MessageDigest.
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return tokenHash.isPresent() ? "Access[token]" : "Access[" + identityHeader.orElse("open") + "]";
    }
}
