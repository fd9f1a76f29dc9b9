package dev.antiphon.testkit.media;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Addresses of this machine that a browser on it, or near it, can reach. */
final class LocalAddresses {
    private static final int MAX = 4;

    private LocalAddresses() {}

    /** Those of the interfaces that are up, IPv4 before IPv6, then 127.0.0.1. */
    static List<InetAddress> toAdvertise() {
        try {
            List<InetAddress> addresses = new ArrayList<>(NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress()
                            && !address.isMulticastAddress())
                    .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .limit(MAX)
                    .toList());
            addresses.add(loopback());
            return addresses;
        } catch (SocketException e) {
            throw new UncheckedIOException("cannot list the network interfaces", e);
        }
    }

    static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has four bytes", e);
        }
    }

    /** As it stands in a candidate: without the name of an interface. */
    static String literal(InetAddress address) {
        return address.getHostAddress().split("%", 2)[0];
    }
}
