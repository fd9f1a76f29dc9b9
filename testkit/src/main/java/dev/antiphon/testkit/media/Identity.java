package dev.antiphon.testkit.media;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A key pair on P-256 and a certificate for it that it signed itself, as WebRTC wants it (RFC 8827 §6.5). The
 * certificate is written byte by byte (X.509 in DER, RFC 5280 §4.1): libraries take half a second to load
 * their classes for it, which would be the first caller's half second. Immutable.
 */
final class Identity {
    private static final Duration VALIDITY = Duration.ofDays(30);
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_ID = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int UTC = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int VERSION = 0xa0;

    /** 1.2.840.10045.4.3.2 */
    private static final byte[] ECDSA_WITH_SHA256 = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02};
    /** 2.5.4.3 */
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

    private final PrivateKey key;
    private final byte[] certificate;

    private Identity(PrivateKey key, byte[] certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** A new one, good for thirty days from yesterday. */
    static Identity create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] content = content(pair, Instant.now().minus(Duration.ofDays(1)));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(content);
            return new Identity(
                    pair.getPrivate(),
                    der(SEQUENCE, content, algorithm(), der(BIT_STRING, new byte[] {0}, signature.sign())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform cannot sign with ECDSA on P-256", e);
        }
    }

    private static byte[] content(KeyPair pair, Instant from) {
        byte[] serial = new byte[9];
        new SecureRandom().nextBytes(serial);
        serial[0] = 1;
        byte[] name = der(
                SEQUENCE,
                der(
                        SET,
                        der(
                                SEQUENCE,
                                der(OBJECT_ID, COMMON_NAME),
                                der(UTF8_STRING, "Antiphon".getBytes(StandardCharsets.UTF_8)))));
        return der(
                SEQUENCE,
                der(VERSION, der(INTEGER, new byte[] {2})),
                der(INTEGER, serial),
                algorithm(),
                name,
                der(SEQUENCE, time(from), time(from.plus(VALIDITY))),
                name,
                pair.getPublic().getEncoded());
    }

    private static byte[] algorithm() {
        return der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
    }

    private static byte[] time(Instant instant) {
        return der(UTC, UTC_TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... values) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] value : values) {
            content.writeBytes(value);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length >= 256) {
            element.write(0x82);
            element.write(length >> 8);
        } else if (length >= 128) {
            element.write(0x81);
        }
        element.write(length);
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }

    PrivateKey key() {
        return key;
    }

    /** In DER; the array itself, not to be changed. */
    byte[] certificate() {
        return certificate;
    }

    Fingerprint fingerprint() {
        return Fingerprint.of(certificate);
    }
}
