package dev.antiphon.testkit.media;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;

/** The client's part of a DTLS 1.2 handshake, as Bouncy Castle asks for it. */
@SuppressWarnings({"rawtypes", "unchecked"}) // Bouncy Castle's extensions are raw maps.
final class DtlsClient extends DefaultTlsClient {
    private final DtlsHandshake handshake;

    DtlsClient(DtlsHandshake handshake) {
        super(handshake.crypto());
        this.handshake = handshake;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return DtlsHandshake.suites();
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
        Hashtable extensions = TlsExtensionsUtils.ensureExtensionsInitialised(super.getClientExtensions());
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(SrtpProfile.codes(), TlsUtils.EMPTY_BYTES));
        return extensions;
    }

    @Override
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        UseSRTPData chosen = TlsSRTPUtils.getUseSRTPExtension(extensions);
        if (chosen != null && chosen.getProtectionProfiles().length == 1) {
            SrtpProfile.ofCode(chosen.getProtectionProfiles()[0]).ifPresent(handshake::agreedOn);
        }
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
                handshake.check(server.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                return handshake.credentials(context);
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        handshake.export(context);
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return DtlsHandshake.TIMEOUT_MILLIS;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return DtlsHandshake.REPEAT_MILLIS;
    }
}
