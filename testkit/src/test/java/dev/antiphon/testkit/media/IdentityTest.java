package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdentityTest {
    @Test
    void certificate_is_one_that_others_can_read() throws Exception {
        Identity identity = Identity.create();

        X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(identity.certificate()));

        read.checkValidity();
        read.verify(read.getPublicKey());
        assertThat(read.getVersion()).isEqualTo(3);
        assertThat(read.getSubjectX500Principal().getName()).isEqualTo("CN=Antiphon");
        assertThat(read.getSerialNumber()).isPositive();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(identity.key());
        signature.update(new byte[] {1});
        byte[] signed = signature.sign();
        signature.initVerify(read.getPublicKey());
        signature.update(new byte[] {1});
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void no_two_are_the_same() {
        assertThat(Identity.create().fingerprint())
                .isNotEqualTo(Identity.create().fingerprint());
    }

    @Test
    void fingerprint_matches_its_certificate_and_no_other() {
        byte[] certificate = Identity.create().certificate();
        String text = Fingerprint.of(certificate).toString();

        Optional<Fingerprint> read = Fingerprint.parse(text);

        assertThat(text).matches("sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}");
        assertThat(read).hasValueSatisfying(fingerprint -> {
            assertThat(fingerprint.matches(certificate)).isTrue();
            assertThat(fingerprint.matches(Identity.create().certificate())).isFalse();
        });
        assertThat(Fingerprint.parse("SHA-256 " + text.substring(8).toLowerCase(Locale.ROOT)))
                .isEqualTo(read);
    }

    @Test
    void weak_and_malformed_fingerprints_are_none() {
        assertThat(Fingerprint.parse("sha-1 AA:BB")).isEmpty();
        assertThat(Fingerprint.parse("sha-256 XX")).isEmpty();
        assertThat(Fingerprint.parse("sha-256")).isEmpty();
        assertThat(Fingerprint.parse("")).isEmpty();
    }
}
