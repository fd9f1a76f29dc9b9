package dev.antiphon.transport.websocket;

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
}
