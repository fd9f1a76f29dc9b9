package dev.antiphon.app;

import dev.antiphon.app.Diagnosis.Hop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * The hops below HTTP: name resolution, TCP, TLS. They are gone with the JDK's own blocking sockets,
 * so that a fault here cannot be a fault of ours.
 */
final class NetworkCheck {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private final String host;
    private final int port;
    private final boolean secure;
    private final Diagnosis diagnosis;

    NetworkCheck(URI url, Diagnosis diagnosis) {
        String scheme = url.getScheme();
        this.secure = scheme.equals("https") || scheme.equals("wss");
        this.host = url.getHost();
        this.port = url.getPort() >= 0 ? url.getPort() : secure ? HTTPS : HTTP;
        this.diagnosis = diagnosis;
    }

    /** @throws Complaint at the first hop that fails */
    void run() {
        InetAddress address = resolve();
        try (Socket socket = new Socket()) {
            connect(socket, address);
            if (secure) {
                handshake(socket);
            } else {
                diagnosis.skipped(Hop.TLS, "not used, by the scheme of the URL");
            }
        } catch (IOException closing) {
            diagnosis.skipped(Hop.TCP, "the test connection did not close: " + closing.getMessage());
        }
    }

    private InetAddress resolve() {
        Stopwatch watch = new Stopwatch();
        try {
            InetAddress[] addresses = InetAddress.getAllByName(host);
            String list =
                    Arrays.stream(addresses).map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
            diagnosis.passed(Hop.NAME, host + " is " + list + " (" + watch.millis() + " ms)");
            return addresses[0];
        } catch (UnknownHostException unknown) {
            throw diagnosis.failed(
                    Hop.NAME, host + " has no address", "check the host in --upstream and this machine's DNS");
        }
    }

    private void connect(Socket socket, InetAddress address) {
        Stopwatch watch = new Stopwatch();
        try {
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            diagnosis.passed(
                    Hop.TCP, "connected to " + address.getHostAddress() + ":" + port + " (" + watch.millis() + " ms)");
        } catch (IOException refused) {
            throw diagnosis.failed(
                    Hop.TCP,
                    "no connection to " + address.getHostAddress() + ":" + port + ": " + refused.getMessage(),
                    "check host and port, that the server runs, and the firewalls on the way");
        }
    }

    private void handshake(Socket plain) {
        Stopwatch watch = new Stopwatch();
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            diagnosis.passed(
                    Hop.TLS,
                    socket.getSession().getProtocol()
                            + expiry(socket.getSession().getPeerCertificates()) + " (" + watch.millis() + " ms)");
        } catch (IOException refused) {
            throw diagnosis.failed(
                    Hop.TLS,
                    String.valueOf(refused.getMessage()),
                    "check that the port speaks TLS, and the certificate's chain, host name and dates");
        }
    }

    private static String expiry(Certificate[] chain) {
        return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                ? ", certificate until "
                        + certificate
                                .getNotAfter()
                                .toInstant()
                                .atZone(ZoneOffset.UTC)
                                .toLocalDate()
                : "";
    }
}
