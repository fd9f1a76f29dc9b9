package dev.antiphon.testkit.simulator.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority for tests. Its key lives in memory and is gone with it, so trusting its certificate on a
 * developer's machine endangers nobody later.
 *
 * <p>Certificates are X.509 version 3 with P-256 keys and the extensions that strict verifiers ask for
 * (RFC 5280 §4.2). Immutable and safe for use by any thread.
 */
public final class CertificateAuthority {
    private static final Duration LIFE = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid(1, 2, 840, 10_045, 4, 3, 2));
    private static final byte[] COMMON_NAME = Der.oid(2, 5, 4, 3);
    private static final byte[] SUBJECT_KEY_ID = Der.oid(2, 5, 29, 14);
    private static final byte[] KEY_USAGE = Der.oid(2, 5, 29, 15);
    private static final byte[] ALTERNATIVE_NAMES = Der.oid(2, 5, 29, 17);
    private static final byte[] BASIC_CONSTRAINTS = Der.oid(2, 5, 29, 19);
    private static final byte[] AUTHORITY_KEY_ID = Der.oid(2, 5, 29, 35);
    private static final byte[] EXTENDED_KEY_USAGE = Der.oid(2, 5, 29, 37);
    private static final byte[] SERVER_AUTHENTICATION = Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 1);

    private final SecureRandom random = new SecureRandom();
    private final KeyPair keys;
    private final byte[] name = name("Antiphon simulator CA");
    private final X509Certificate certificate;

    private CertificateAuthority() throws GeneralSecurityException {
        keys = newKeys();
        Instant now = Instant.now();
        certificate = sign(
                name,
                keys.getPublic(),
                now.minus(CLOCK_SKEW),
                now.plus(LIFE),
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes())),
                // keyCertSign and cRLSign
                extension(KEY_USAGE, true, Der.bits(new byte[] {0x06}, 1)));
    }

    /** A new authority with a key of its own. */
    public static CertificateAuthority create() {
        try {
            return new CertificateAuthority();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform cannot make P-256 certificates", e);
        }
    }

    /** An identity for {@code localhost}, {@code 127.0.0.1} and {@code ::1}, valid for a year. */
    public ServerIdentity issueForLoopback() {
        return issue("localhost", "127.0.0.1", "::1");
    }

    /** An identity for these host names and addresses, valid for a year from yesterday. */
    public ServerIdentity issue(String... hosts) {
        Instant now = Instant.now();
        return issue(now.minus(CLOCK_SKEW), now.plus(LIFE), hosts);
    }

    /** An identity that is valid in this span only: give one in the past for an expired certificate. */
    public ServerIdentity issue(Instant notBefore, Instant notAfter, String... hosts) {
        if (hosts.length == 0) {
            throw new IllegalArgumentException("name at least one host");
        }
        try {
            KeyPair server = newKeys();
            X509Certificate leaf = sign(
                    name(hosts[0]),
                    server.getPublic(),
                    notBefore,
                    notAfter,
                    extension(BASIC_CONSTRAINTS, true, Der.sequence()),
                    // digitalSignature
                    extension(KEY_USAGE, true, Der.bits(new byte[] {(byte) 0x80}, 7)),
                    extension(EXTENDED_KEY_USAGE, false, Der.sequence(SERVER_AUTHENTICATION)),
                    extension(ALTERNATIVE_NAMES, false, alternativeNames(hosts)));
            return new ServerIdentity(server.getPrivate(), List.of(leaf, certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform cannot make P-256 certificates", e);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The authority's certificate as PEM text, for files that other programs are told to trust. */
    public String pem() {
        try {
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    /** A context for clients that trusts this authority and no other. */
    public SSLContext trustingContext() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("simulator", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store in memory cannot fail to load", e);
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** RFC 5280 §4.1; the issuer is always this authority. */
    private X509Certificate sign(
            byte[] subject, PublicKey key, Instant notBefore, Instant notAfter, byte[]... extensions)
            throws GeneralSecurityException {
        List<byte[]> all = new ArrayList<>(List.of(extensions));
        all.add(extension(SUBJECT_KEY_ID, false, Der.octets(keyId(key))));
        all.add(extension(AUTHORITY_KEY_ID, false, Der.sequence(Der.implicit(0, keyId(keys.getPublic())))));
        byte[] toBeSigned = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(127, random).add(BigInteger.ONE)),
                ECDSA_WITH_SHA256,
                name,
                Der.sequence(Der.time(notBefore), Der.time(notAfter)),
                subject,
                key.getEncoded(),
                Der.explicit(3, Der.sequence(all.toArray(byte[][]::new))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(toBeSigned);
        byte[] whole = Der.sequence(toBeSigned, ECDSA_WITH_SHA256, Der.bits(signature.sign(), 0));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8(commonName))));
    }

    private static byte[] extension(byte[] oid, boolean critical, byte[] value) {
        return critical ? Der.sequence(oid, Der.yes(), Der.octets(value)) : Der.sequence(oid, Der.octets(value));
    }

    private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
    }

    private static byte[] alternativeNames(String... hosts) {
        return Der.sequence(List.of(hosts).stream()
                .map(CertificateAuthority::alternativeName)
                .toArray(byte[][]::new));
    }

    private static byte[] alternativeName(String host) {
        boolean isAddress = host.contains(":") || host.matches("[0-9.]+");
        return isAddress
                ? Der.implicit(7, address(host))
                : Der.implicit(2, host.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] address(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (IOException e) {
            throw new IllegalArgumentException("not an address: " + literal, e);
        }
    }

    @Override
    public String toString() {
        return "CertificateAuthority[" + certificate.getSubjectX500Principal() + "]";
    }
}
