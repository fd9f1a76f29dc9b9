package dev.antiphon.testkit.media;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session keys of one direction, for RTP or for RTCP. The authentication key is empty where the cipher
 * authenticates by itself. Holds the arrays it is given. {@code toString} shows nothing.
 */
final class SrtpKeys {
    private static final int AUTHENTICATION_BYTES = 20;

    private final byte[] cipher;
    private final byte[] authentication;
    private final byte[] salt;

    SrtpKeys(byte[] cipher, byte[] authentication, byte[] salt) {
        this.cipher = cipher;
        this.authentication = authentication;
        this.salt = salt;
    }

    static SrtpKeys forRtp(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        return derive(profile, masterKey, masterSalt, 0);
    }

    static SrtpKeys forRtcp(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        return derive(profile, masterKey, masterSalt, 3);
    }

    /** RFC 3711 §4.3 with a key derivation rate of zero; labels 0 to 2 are for RTP, 3 to 5 for RTCP. */
    private static SrtpKeys derive(SrtpProfile profile, byte[] key, byte[] salt, int firstLabel) {
        boolean authenticates = profile == SrtpProfile.AEAD_AES_128_GCM;
        return new SrtpKeys(
                stream(key, salt, firstLabel, profile.keyBytes()),
                stream(key, salt, firstLabel + 1, authenticates ? 0 : AUTHENTICATION_BYTES),
                stream(key, salt, firstLabel + 2, profile.saltBytes()));
    }

    private static byte[] stream(byte[] key, byte[] salt, int label, int length) {
        byte[] counter = Arrays.copyOf(salt, 16);
        counter[7] ^= (byte) label;
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
            return cipher.doFinal(new byte[length]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES in counter mode", e);
        }
    }

    byte[] cipher() {
        return cipher;
    }

    byte[] authentication() {
        return authentication;
    }

    byte[] salt() {
        return salt;
    }
}
