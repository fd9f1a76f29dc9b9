package dev.antiphon.testkit.media;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/**
 * The DTLS 1.2 handshake of a call with keys for SRTP (RFC 5764), in either role. Both sides show a
 * certificate; the peer's must have one of the fingerprints that its description announced (RFC 8122 §6).
 */
final class DtlsHandshake {
    /** What a handshake yields. */
    record Result(DTLSTransport transport, SrtpProfile profile, SrtpTransform outgoing, SrtpTransform incoming) {}

    static final int TIMEOUT_MILLIS = 15_000;
    static final int REPEAT_MILLIS = 100;
    private static final int[] SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    };
    /** Ours is an ECDSA certificate: as a server we cannot agree to RSA. */
    private static final int[] SERVER_SUITES = Arrays.copyOf(SUITES, 2);

    static final SignatureAndHashAlgorithm ECDSA_SHA256 =
            new SignatureAndHashAlgorithm(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);

    private final Identity identity;
    private final List<Fingerprint> announced;
    private final JcaTlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());

    private Optional<SrtpProfile> profile = Optional.empty();
    private byte[] keys = new byte[0];

    private DtlsHandshake(Identity identity, List<Fingerprint> announced) {
        this.identity = identity;
        this.announced = announced;
    }

    /**
     * Performs the client's part. Blocks until it has ended, for fifteen seconds at most.
     *
     * @throws IOException if it failed, or the peer is not the one that was announced
     */
    static Result connect(Identity identity, List<Fingerprint> announced, DtlsInbox inbox) throws IOException {
        DtlsHandshake handshake = new DtlsHandshake(identity, announced);
        DTLSTransport transport = new DTLSClientProtocol().connect(new DtlsClient(handshake), inbox);
        return handshake.result(transport, true);
    }

    /** Performs the server's part; otherwise as {@link #connect}. */
    static Result accept(Identity identity, List<Fingerprint> announced, DtlsInbox inbox) throws IOException {
        DtlsHandshake handshake = new DtlsHandshake(identity, announced);
        DTLSTransport transport = new DTLSServerProtocol().accept(new DtlsServer(handshake), new DtlsOrder(inbox));
        return handshake.result(transport, false);
    }

    /** Client key, server key, client salt, server salt (RFC 5764 §4.2). */
    private Result result(DTLSTransport transport, boolean isClient) throws IOException {
        if (profile.isEmpty()) {
            transport.close();
            throw new IOException("no SRTP profile was agreed upon");
        }
        int key = profile.get().keyBytes();
        int salt = profile.get().saltBytes();
        SrtpTransform client = SrtpTransform.of(
                profile.get(), Arrays.copyOfRange(keys, 0, key), Arrays.copyOfRange(keys, 2 * key, 2 * key + salt));
        SrtpTransform server = SrtpTransform.of(
                profile.get(),
                Arrays.copyOfRange(keys, key, 2 * key),
                Arrays.copyOfRange(keys, 2 * key + salt, 2 * key + 2 * salt));
        return isClient
                ? new Result(transport, profile.get(), client, server)
                : new Result(transport, profile.get(), server, client);
    }

    JcaTlsCrypto crypto() {
        return crypto;
    }

    static int[] suites() {
        return SUITES.clone();
    }

    static int[] serverSuites() {
        return SERVER_SUITES.clone();
    }

    Optional<SrtpProfile> profile() {
        return profile;
    }

    void agreedOn(SrtpProfile chosen) {
        profile = Optional.of(chosen);
    }

    /** Takes the keys while the context still lives; the secrets are gone afterwards. */
    void export(TlsContext context) {
        profile.ifPresent(
                agreed -> keys = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, agreed.keyingBytes()));
    }

    void check(Certificate chain) throws IOException {
        byte[] certificate =
                chain.isEmpty() ? new byte[0] : chain.getCertificateAt(0).getEncoded();
        if (announced.stream().noneMatch(fingerprint -> fingerprint.matches(certificate))) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate, "the certificate is not the one that the offer announced");
        }
    }

    TlsCredentialedSigner credentials(TlsContext context) throws IOException {
        Certificate chain = new Certificate(new TlsCertificate[] {crypto.createCertificate(identity.certificate())});
        return new JcaDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context), crypto, identity.key(), chain, ECDSA_SHA256);
    }

    /** The first of our profiles that the client offers. */
    void agree(UseSRTPData offered) {
        for (SrtpProfile ours : SrtpProfile.values()) {
            for (int code : offered.getProtectionProfiles()) {
                if (profile.isEmpty() && code == ours.code()) {
                    profile = Optional.of(ours);
                }
            }
        }
    }
}
