package dev.antiphon.transport.websocket;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Credentials whose account the application has named. */
record NamedCredentials(Credentials credentials, String name) implements Credentials {
    NamedCredentials {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of an account must not be blank");
        }
    }

    @Override
    public CompletionStage<Optional<CredentialHeader>> forDial() {
        return credentials.forDial();
    }

    @Override
    public Optional<String> identity() {
        return Optional.of(name);
    }
}
