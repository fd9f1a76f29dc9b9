package dev.antiphon.transport.webrtc;

import java.util.ArrayList;
import java.util.List;

/**
 * What an SDP says about itself at a glance (RFC 8866): enough to see that an answer is damaged or
 * does not fit its offer, without understanding media.
 *
 * @param media kind of each media section in order, {@code audio} for example
 * @param dataChannel whether a section that is not rejected carries a data channel (RFC 8841)
 * @param lines number of lines
 * @param bareLineFeeds whether a line ends without a carriage return
 * @param carriageReturns whether a line ends with one
 * @param fingerprint whether there is a certificate fingerprint (RFC 8122)
 * @param iceCredentials how many of ICE user fragment and password there are (RFC 8839), 0 to 2
 * @param hasTransport whether it names anything of ICE or DTLS, as a description made by a WebRTC peer does
 */
record Sdp(
        List<String> media,
        boolean dataChannel,
        int lines,
        boolean bareLineFeeds,
        boolean carriageReturns,
        boolean fingerprint,
        int iceCredentials,
        boolean hasTransport) {

    /** Attributes that only a description with a transport behind it has (RFC 8839, RFC 8842, RFC 5761). */
    private static final List<String> TRANSPORT =
            List.of("a=fingerprint:", "a=setup:", "a=ice-", "a=candidate:", "a=end-of-candidates", "a=rtcp-mux");

    static Sdp scan(String text) {
        List<String> media = new ArrayList<>();
        boolean dataChannel = false;
        boolean bare = false;
        boolean returns = false;
        boolean fingerprint = false;
        boolean fragment = false;
        boolean password = false;
        boolean transport = false;
        int lines = 0;
        for (int start = 0; start < text.length(); lines++) {
            int feed = text.indexOf('\n', start);
            int end = feed < 0 ? text.length() : feed;
            boolean withReturn = end > start && text.charAt(end - 1) == '\r';
            bare |= feed >= 0 && !withReturn;
            returns |= withReturn;
            if (text.startsWith("m=", start)) {
                media.add(firstWord(text, start + 2, end));
                dataChannel |= isDataChannel(text.substring(start, end));
            }
            fingerprint |= text.startsWith("a=fingerprint:", start);
            fragment |= text.startsWith("a=ice-ufrag:", start);
            password |= text.startsWith("a=ice-pwd:", start);
            transport = transport || namesTransport(text, start);
            start = end + 1;
        }
        return new Sdp(
                List.copyOf(media),
                dataChannel,
                lines,
                bare,
                returns,
                fingerprint,
                (fragment ? 1 : 0) + (password ? 1 : 0),
                transport);
    }

    private static boolean namesTransport(String text, int start) {
        for (String attribute : TRANSPORT) {
            if (text.startsWith(attribute, start)) {
                return true;
            }
        }
        return false;
    }

    private static String firstWord(String text, int from, int end) {
        int space = text.indexOf(' ', from);
        return text.substring(from, space < 0 || space > end ? end : space);
    }

    /** {@code m=application 9 UDP/DTLS/SCTP webrtc-datachannel}; port 0 means rejected (RFC 3264 §6). */
    private static boolean isDataChannel(String line) {
        return line.startsWith("m=application ")
                && line.contains("webrtc-datachannel")
                && !line.startsWith("m=application 0 ");
    }
}
