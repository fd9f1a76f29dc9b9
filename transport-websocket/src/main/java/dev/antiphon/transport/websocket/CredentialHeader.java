package dev.antiphon.transport.websocket;

/**
 * The header that proves who we are.
 *
 * @param name {@code Authorization} or {@code api-key}
 * @param value as sent; never shown
 */
public record CredentialHeader(String name, String value) {
    /**
     * @throws IllegalArgumentException if the value is blank or holds what may not travel in a header, a
     *     line end copied along with a key for example; the message does not repeat it
     */
    public CredentialHeader {
        Headers.checkToken(name);
        if (value.isBlank()) {
            throw new IllegalArgumentException("the credential for header " + name + " is blank");
        }
        Headers.checkValue(name, value);
    }

    /** {@code Authorization: Bearer …} */
    public static CredentialHeader bearer(String token) {
        if (token.isBlank()) {
            throw new IllegalArgumentException("the API key is blank");
        }
        if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("the API key holds a blank, a line end or a character outside ASCII ("
                    + token.length() + " characters); was a line end copied with it?");
        }
        return new CredentialHeader("Authorization", "Bearer " + token);
    }

    @Override
    public String toString() {
        return name + ": [masked]";
    }
}
