package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/** Turns what the network layer throws into faults that say what to do. */
final class NetworkFaults {
    private NetworkFaults() {}

    /** No channel to {@code target}: {@code step} is the name, TCP or the proxy. */
    static TransportException connect(Throwable cause, String target) {
        if (has(cause, UnknownHostException.class::isInstance)) {
            return new TransportException(Fault.CONNECT_FAILED, "the name of " + target + " does not resolve", cause);
        }
        if (has(cause, ConnectTimeoutException.class::isInstance) || has(cause, TimeoutException.class::isInstance)) {
            return new TransportException(Fault.CONNECT_TIMEOUT, "no TCP connection to " + target + " in time", cause);
        }
        if (has(cause, ProxyConnectException.class::isInstance)) {
            // Without Netty's exception: it quotes the proxy.
            return new TransportException(
                    Fault.CONNECT_FAILED, "the proxy did not connect us to " + target + statusIn(cause));
        }
        return new TransportException(
                Fault.CONNECT_FAILED, "no TCP connection to " + target + ": " + describe(cause), cause);
    }

    /** Netty puts the proxy's status line into its message; only the status is taken over. */
    private static String statusIn(Throwable cause) {
        java.util.regex.Matcher status = java.util.regex.Pattern.compile("status: ([0-9]{3}|[A-Z_]{1,40})")
                .matcher(String.valueOf(cause.getMessage()));
        return status.find() ? ": it answered " + status.group(1) : "";
    }

    /** The TLS handshake with {@code target} did not succeed. */
    static TransportException tls(Throwable cause, String target) {
        if (has(cause, SslHandshakeTimeoutException.class::isInstance)) {
            return new TransportException(Fault.TLS_TIMEOUT, target + " did not finish the TLS handshake", cause);
        }
        if (!has(cause, SSLException.class::isInstance)
                || (has(cause, ClosedChannelException.class::isInstance)
                        && !has(cause, CertificateException.class::isInstance))) {
            return new TransportException(
                    Fault.CONNECT_FAILED, target + " ended the connection in the TLS handshake", cause);
        }
        return new TransportException(Fault.TLS_REFUSED, "TLS with " + target + " refused: " + reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        if (has(cause, NotSslRecordException.class::isInstance)) {
            return "the port does not speak TLS";
        }
        if (has(cause, CertificateExpiredException.class::isInstance)) {
            return "its certificate has expired";
        }
        if (has(cause, CertificateNotYetValidException.class::isInstance)) {
            return "its certificate is not valid yet";
        }
        if (has(cause, NetworkFaults::isAboutTheName)) {
            return "its certificate is for another host";
        }
        if (has(cause, CertPathValidatorException.class::isInstance)
                || has(cause, CertificateException.class::isInstance)
                || has(cause, each -> each.getClass().getSimpleName().equals("SunCertPathBuilderException"))) {
            return "its certificate comes from no authority that we trust";
        }
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (said.contains("protocol_version") || said.contains("no appropriate protocol")) {
            return "it does not speak TLS 1.2 or 1.3";
        }
        if (said.contains("certificate_required") || said.contains("bad_certificate")) {
            return "it wants another client certificate";
        }
        return "the handshake failed";
    }

    private static boolean isAboutTheName(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        return cause instanceof CertificateException
                && (text.startsWith("No subject alternative") || text.startsWith("No name matching"));
    }

    /** A channel to {@code target} that stood has broken. */
    static TransportException lost(Throwable cause, String target) {
        if (has(cause, NetworkFaults::isAlert)) {
            // With TLS 1.3 a server refuses our certificate after the handshake: RFC 8446 §4.4.2.4.
            return tls(cause, target);
        }
        if (has(cause, IOException.class::isInstance)) {
            return new TransportException(
                    Fault.CONNECTION_LOST, "the connection to " + target + " broke: " + describe(cause), cause);
        }
        if (has(cause, DecoderException.class::isInstance)) {
            // Without the decoder's exception: it quotes what the peer sent.
            return new TransportException(
                    Fault.PROTOCOL_VIOLATION, target + " sent what cannot be read: " + describe(cause));
        }
        return new TransportException(
                Fault.INTERNAL, "handling the connection to " + target + " failed: " + describe(cause), cause);
    }

    private static boolean isAlert(Throwable cause) {
        return cause instanceof SSLException
                && String.valueOf(cause.getMessage()).contains("fatal alert");
    }

    /** A cause in few words: its message may quote what the peer sent, so only the usual ones are repeated. */
    static String describe(Throwable cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("reset")) {
            return "reset by the peer";
        }
        if (text.contains("refused")) {
            return "connection refused";
        }
        if (text.contains("unreachable") || text.contains("no route")) {
            return "unreachable";
        }
        if (text.contains("broken pipe")) {
            return "broken pipe";
        }
        return cause.getClass().getSimpleName();
    }

    private static boolean has(Throwable top, Predicate<Throwable> wanted) {
        Throwable at = top;
        for (int depth = 0; depth < 20 && at != null; depth++) {
            if (wanted.test(at)) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }
}
