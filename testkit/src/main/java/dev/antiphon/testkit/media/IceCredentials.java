package dev.antiphon.testkit.media;

import java.security.SecureRandom;

/**
 * Name and password of one end (RFC 8445 §5.3): more random bits than the 24 and 128 that it asks for.
 * {@code toString} shows no password.
 */
record IceCredentials(String ufrag, String password) {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final SecureRandom RANDOM = new SecureRandom();

    static IceCredentials random() {
        return new IceCredentials(token(8), token(24));
    }

    private static String token(int length) {
        StringBuilder token = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            token.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return token.toString();
    }

    /** Priority of a host candidate, the first of which has rank 0 (RFC 8445 §5.1.2.1). */
    static long hostPriority(int rank) {
        return 126L << 24 | (65_535L - rank) << 8 | 255;
    }

    @Override
    public String toString() {
        return "IceCredentials[" + ufrag + "]";
    }
}
