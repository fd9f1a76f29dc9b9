package dev.antiphon.testkit.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Knows keys by salted hash: which are accepted, and whom an ephemeral key stands for. Confined to the loop. */
final class KeyRing {
    /** An ephemeral key and what it was minted for. */
    record Ephemeral(Credential owner, Instant expiresAt, String session) {}

    private static final Pattern REAL =
            Pattern.compile("sk-(proj|svcacct|admin)-[A-Za-z0-9_-]{40,}|sk-[A-Za-z0-9]{48}");
    private static final String SUBPROTOCOL_PREFIX = "openai-insecure-api-key.";

    private final byte[] salt = new byte[16];
    private final Map<String, Credential> known = new HashMap<>();
    private final Map<String, Ephemeral> ephemeral = new HashMap<>();
    private final Set<String> accepted;
    private final boolean anonymousAllowed;
    private final boolean realKeysAllowed;

    KeyRing(Set<String> keys, boolean anonymousAllowed, boolean realKeysAllowed) {
        new SecureRandom().nextBytes(salt);
        accepted = keys.stream().map(this::hash).collect(Collectors.toSet());
        this.anonymousAllowed = anonymousAllowed;
        this.realKeysAllowed = realKeysAllowed;
    }

    /** The key of a request, from its header or, for browsers, from the subprotocol list. */
    static Optional<String> keyOf(Optional<String> authorization, Optional<String> subprotocols) {
        if (authorization.isPresent()) {
            String value = authorization.get().strip();
            boolean bearer = value.regionMatches(true, 0, "Bearer ", 0, 7);
            return bearer && value.length() > 7 ? Optional.of(value.substring(7).strip()) : Optional.empty();
        }
        for (String name : subprotocols.orElse("").split(",", -1)) {
            if (name.strip().startsWith(SUBPROTOCOL_PREFIX)) {
                String key = name.strip().substring(SUBPROTOCOL_PREFIX.length());
                return key.isEmpty() ? Optional.empty() : Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /** Replaces the key in a header value by the credential's name. */
    String masked(String headerName, String value, Credential credential) {
        if (headerName.equalsIgnoreCase("Authorization")) {
            return "Bearer (" + credential + ")";
        }
        if (headerName.equalsIgnoreCase("Sec-WebSocket-Protocol")) {
            return value.replaceAll(
                    Pattern.quote(SUBPROTOCOL_PREFIX) + "[^,\\s]+", SUBPROTOCOL_PREFIX + "(" + credential + ")");
        }
        return value;
    }

    Credential credentialOf(Optional<String> key) {
        return key.map(text -> known.computeIfAbsent(hash(text), hash -> new Credential(known.size() + 1)))
                .orElse(Credential.NONE);
    }

    /** Why a request with this key is refused; empty if it is not. */
    Optional<HttpAnswer> refusal(Optional<String> key, Instant now) {
        if (key.isEmpty()) {
            return anonymousAllowed
                    ? Optional.empty()
                    : Optional.of(unauthorized("missing_api_key", "No API key: send 'Authorization: Bearer <key>'."));
        }
        if (!realKeysAllowed && REAL.matcher(key.get()).matches()) {
            return Optional.of(unauthorized(
                    "real_api_key", "This is a simulator and the key looks real: use any other text as key."));
        }
        Ephemeral minted = ephemeral.get(hash(key.get()));
        if (minted != null) {
            return now.isBefore(minted.expiresAt())
                    ? Optional.empty()
                    : Optional.of(unauthorized("expired_api_key", "The ephemeral key has expired."));
        }
        if (!accepted.isEmpty() && !accepted.contains(hash(key.get()))) {
            return Optional.of(unauthorized("invalid_api_key", "Incorrect API key provided."));
        }
        return Optional.empty();
    }

    /** The identity behind a key: for an ephemeral key, that of the key which minted it. */
    Credential ownerOf(Optional<String> key) {
        Optional<Ephemeral> minted = ephemeralOf(key);
        return minted.map(Ephemeral::owner).orElseGet(() -> credentialOf(key));
    }

    Optional<Ephemeral> ephemeralOf(Optional<String> key) {
        return key.map(text -> ephemeral.get(hash(text)));
    }

    void mint(String key, Ephemeral minted, Instant now) {
        ephemeral.values().removeIf(old -> old.expiresAt().isBefore(now.minusSeconds(3_600)));
        ephemeral.put(hash(key), minted);
    }

    private static HttpAnswer unauthorized(String code, String message) {
        return HttpAnswer.error(401, code, message).andHeader("WWW-Authenticate", "Bearer");
    }

    private String hash(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
