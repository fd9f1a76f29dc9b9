package dev.antiphon.testkit.media;

import java.util.Optional;

/** Protection profiles of DTLS-SRTP that are spoken here (RFC 5764 §4.1.2, RFC 7714 §14.2), best first. */
enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12),
    AES128_CM_HMAC_SHA1_80(0x0001, 16, 14);

    private final int code;
    private final int keyBytes;
    private final int saltBytes;

    SrtpProfile(int code, int keyBytes, int saltBytes) {
        this.code = code;
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
    }

    static Optional<SrtpProfile> ofCode(int code) {
        for (SrtpProfile profile : values()) {
            if (profile.code == code) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    static int[] codes() {
        int[] codes = new int[values().length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = values()[i].code;
        }
        return codes;
    }

    int code() {
        return code;
    }

    int keyBytes() {
        return keyBytes;
    }

    int saltBytes() {
        return saltBytes;
    }

    /** Size of what the DTLS exporter yields: keys and salts of both sides. */
    int keyingBytes() {
        return 2 * (keyBytes + saltBytes);
    }
}
