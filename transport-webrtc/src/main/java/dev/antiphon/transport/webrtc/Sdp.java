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
 */
record Sdp(
        List<String> media,
        boolean dataChannel,
        int lines,
        boolean bareLineFeeds,
        boolean carriageReturns,
        boolean fingerprint,
        int iceCredentials) {

    static Sdp scan(String text) {
        List<String> media = new ArrayList<>();
        boolean dataChannel = false;
        boolean bare = false;
        boolean returns = false;
        boolean fingerprint = false;
        boolean fragment = false;
        boolean password = false;
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
            start = end + 1;
        }
        return new Sdp(
                List.copyOf(media),
                dataChannel,
                lines,
                bare,
                returns,
                fingerprint,
                (fragment ? 1 : 0) + (password ? 1 : 0));
    }

    /** Whether it names how to connect at all, as a description made by a WebRTC peer does. */
    boolean hasTransport() {
        return fingerprint || iceCredentials > 0;
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
