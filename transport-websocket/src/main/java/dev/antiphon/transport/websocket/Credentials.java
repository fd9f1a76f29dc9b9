package dev.antiphon.transport.websocket;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Who we are, asked anew at each dial, so that a rotated or short-lived key is never stale. One
 * instance serves any number of connections and is safe for use by any thread.
 */
@FunctionalInterface
public interface Credentials {
    /**
     * The header for the connection that is about to be dialled. Called on a background thread, so it
     * may block; it is given up after {@link SocketSettings.Builder#credentialsTimeout}.
     *
     * @return completes with the header, or empty to send none; a failure ends the dial with
     *     {@link dev.antiphon.core.model.Fault#CREDENTIALS_UNAVAILABLE}
     */
    CompletionStage<Optional<CredentialHeader>> forDial();

    /**
     * A stable name of the account behind these credentials, which is no secret: two credentials with
     * different names belong to different accounts. Empty if it is not known, as for tokens looked up
     * at each dial; {@link #named} tells it.
     */
    default Optional<String> identity() {
        return Optional.empty();
    }

    /** The same credentials with a name for their account, whatever key they present at a dial. */
    default Credentials named(String identity) {
        return new NamedCredentials(this, identity);
    }

    /**
     * An API key that does not change.
     *
     * @throws IllegalArgumentException if the key is blank or holds what may not travel in a header
     */
    static Credentials apiKey(String key) {
        return always(CredentialHeader.bearer(key));
    }

    /** A bearer token looked up at each dial; the supplier may block. */
    static Credentials bearer(Supplier<String> token) {
        return () -> CompletableFuture.completedFuture(Optional.of(CredentialHeader.bearer(token.get())));
    }

    /** A bearer token fetched asynchronously at each dial. */
    static Credentials bearerAsync(Supplier<? extends CompletionStage<String>> token) {
        return () -> token.get().thenApply(value -> Optional.of(CredentialHeader.bearer(value)));
    }

    /**
     * A key in a header of its own: {@code api-key} for Azure.
     *
     * @throws IllegalArgumentException if name or key may not travel in a header
     */
    static Credentials header(String name, String key) {
        return always(new CredentialHeader(name, key));
    }

    /** A key in a header of its own, looked up at each dial; the supplier may block. */
    static Credentials header(String name, Supplier<String> key) {
        Headers.checkToken(name);
        return () -> CompletableFuture.completedFuture(Optional.of(new CredentialHeader(name, key.get())));
    }

    /** No credentials: for servers on the own machine. */
    static Credentials none() {
        return FixedCredentials.NONE;
    }

    private static Credentials always(CredentialHeader header) {
        return new FixedCredentials(Optional.of(header));
    }
}
