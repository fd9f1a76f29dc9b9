package dev.antiphon.transport.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate made by the JDK's keytool, and what tests need of it. */
final class TestCertificate {
    private static final char[] PASSWORD = "password".toCharArray();

    private final Path directory;
    private final String name;
    private final KeyStore store;

    private TestCertificate(Path directory, String name, KeyStore store) {
        this.directory = directory;
        this.name = name;
        this.store = store;
    }

    /** @param names subject alternative names as keytool takes them, {@code ip:127.0.0.1} for example */
    static TestCertificate make(Path directory, String name, String names) throws Exception {
        List<String> generate = new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
        generate.addAll(List.of("-dname", "CN=" + name, "-ext", "SAN=" + names, "-ext", "bc:c"));
        keytool(directory, name, generate);
        return load(directory, name);
    }

    /** A certificate for 127.0.0.1 that this one has signed and that ran out a week ago. */
    TestCertificate signExpired(String leaf) throws Exception {
        make(directory, leaf, "ip:127.0.0.1");
        String request = directory.resolve(leaf + ".csr").toString();
        String certificate = directory.resolve(leaf + ".crt").toString();
        keytool(directory, leaf, List.of("-certreq", "-file", request));
        keytool(
                directory,
                name,
                List.of(
                        "-gencert",
                        "-infile",
                        request,
                        "-outfile",
                        certificate,
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-startdate",
                        "-10d",
                        "-validity",
                        "3"));
        keytool(
                directory,
                leaf,
                List.of(
                        "-importcert",
                        "-noprompt",
                        "-trustcacerts",
                        "-alias",
                        "authority",
                        "-file",
                        certificatePem().toString()));
        keytool(directory, leaf, List.of("-importcert", "-noprompt", "-file", certificate));
        return load(directory, leaf);
    }

    private static void keytool(Path directory, String store, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        command.addAll(List.of("-keystore", directory.resolve(store + ".p12").toString()));
        command.addAll(List.of("-storepass", "password", "-storetype", "PKCS12"));
        if (!arguments.contains("-alias")) {
            command.addAll(List.of("-alias", "it"));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("keytool: " + said);
        }
    }

    private static TestCertificate load(Path directory, String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
            store.load(in, PASSWORD);
        }
        return new TestCertificate(directory, name, store);
    }

    /** The certificate as a PEM file, for whoever should trust or show it. */
    Path certificatePem() throws GeneralSecurityException, IOException {
        return pem("CERTIFICATE", store.getCertificate("it").getEncoded());
    }

    Path keyPem() throws GeneralSecurityException, IOException {
        Key key = store.getKey("it", PASSWORD);
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private Path pem(String kind, byte[] der) throws IOException {
        String text = "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der) + "\n-----END "
                + kind + "-----\n";
        return Files.writeString(directory.resolve(name + "-" + kind.replace(' ', '-') + ".pem"), text);
    }

    /** A listening TLS socket on the loopback address that shows this certificate. */
    SSLServerSocket listen(String... protocols) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        return listen(keys, null, protocols);
    }

    /** As {@link #listen}, and wants a client certificate that is {@code client}. */
    SSLServerSocket listenFor(TestCertificate client) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("client", client.store.getCertificate("it"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLServerSocket socket = listen(keys, trust);
        socket.setNeedClientAuth(true);
        return socket;
    }

    private static SSLServerSocket listen(
            KeyManagerFactory keys, @org.jspecify.annotations.Nullable TrustManagerFactory trust, String... protocols)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust == null ? null : trust.getTrustManagers(), null);
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return socket;
    }
}
