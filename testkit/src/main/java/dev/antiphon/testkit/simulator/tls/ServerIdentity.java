package dev.antiphon.testkit.simulator.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a server proves itself with. {@code toString} shows no key.
 *
 * @param chain the server's certificate first, then those that signed it
 */
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
    public ServerIdentity {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a certificate");
        }
        chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
        return "ServerIdentity[" + chain.get(0).getSubjectX500Principal() + "]";
    }
}
