package dev.antiphon.transport.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Credentials that are at hand: asking them never blocks, so it needs no background thread. */
record FixedCredentials(Optional<CredentialHeader> header) implements Credentials {
    static final FixedCredentials NONE = new FixedCredentials(Optional.empty());

    @Override
    public CompletionStage<Optional<CredentialHeader>> forDial() {
        return CompletableFuture.completedFuture(header);
    }

    /** The beginning of the key's digest: tells keys apart and cannot be turned back into one. */
    @Override
    public Optional<String> identity() {
        return header.map(each -> "key-" + digest(each.name() + ": " + each.value()));
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
