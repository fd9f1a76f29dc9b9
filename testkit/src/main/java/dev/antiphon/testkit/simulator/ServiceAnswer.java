package dev.antiphon.testkit.simulator;

import java.util.List;

/**
 * An answer in the shape the service gives: ICE-lite, one bundle with the offer's mids, port 9, Opus alone
 * with the offer's payload type, stream {@code realtimeapi}, one data channel section, candidates complete
 * in the first section. Other media of the offer are refused with port 0 (RFC 8829 §5.3.1).
 */
public final class ServiceAnswer {
    private static final String EOL = "\r\n";
    private static final String NO_ADDRESS = "c=IN IP4 0.0.0.0";

    /**
     * What differs from call to call.
     *
     * @param fingerprint hash function and value, as in {@code a=fingerprint}
     * @param setup {@code active} or {@code passive}
     * @param candidates values of {@code a=candidate}, best first
     */
    public record Terms(
            long sessionId,
            String fingerprint,
            String ufrag,
            String password,
            String setup,
            long ssrc,
            List<String> candidates) {
        public Terms {
            candidates = List.copyOf(candidates);
        }

        /** Shows nothing secret. */
        @Override
        public String toString() {
            return "Terms[" + setup + ", " + candidates.size() + " candidates]";
        }
    }

    private final Terms terms;
    private final StringBuilder sdp = new StringBuilder();

    private ServiceAnswer(Terms terms) {
        this.terms = terms;
    }

    /** The answer to an offer. */
    public static String to(SessionDescription offer, Terms terms) {
        return new ServiceAnswer(terms).write(offer);
    }

    private String write(SessionDescription offer) {
        line("v=0");
        line("o=- " + terms.sessionId() + " 2 IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        line("a=msid-semantic:WMS *");
        line("a=fingerprint:" + terms.fingerprint());
        line("a=ice-lite");
        line("a=extmap-allow-mixed");
        line("a=group:BUNDLE "
                + String.join(
                        " ",
                        offer.media().stream()
                                .map(SessionDescription.Media::mid)
                                .toList()));
        boolean first = true;
        for (SessionDescription.Media section : offer.media()) {
            switch (section.kind()) {
                case "audio" -> audio(section);
                case "application" -> data(section);
                default -> refuse(section);
            }
            if (first) {
                terms.candidates().forEach(candidate -> line("a=candidate:" + candidate));
                line("a=end-of-candidates");
                first = false;
            }
        }
        return sdp.toString();
    }

    private void audio(SessionDescription.Media offered) {
        String opus = offered.payloadType("opus/48000").orElse("111");
        line("m=audio 9 UDP/TLS/RTP/SAVPF " + opus);
        line(NO_ADDRESS);
        line("a=setup:" + terms.setup());
        line("a=mid:" + offered.mid());
        credentials();
        line("a=rtcp-mux");
        line("a=rtcp-rsize");
        line("a=rtpmap:" + opus + " opus/48000/2");
        line("a=fmtp:" + opus + " minptime=10;useinbandfec=1");
        line("a=ssrc:" + terms.ssrc() + " cname:realtimeapi");
        line("a=ssrc:" + terms.ssrc() + " msid:realtimeapi audio");
        line("a=msid:realtimeapi audio");
        line("a=" + direction(offered));
    }

    private void data(SessionDescription.Media offered) {
        line("m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
        line(NO_ADDRESS);
        line("a=setup:" + terms.setup());
        line("a=mid:" + offered.mid());
        line("a=sctp-port:" + offered.attribute("sctp-port").orElse("5000"));
        line("a=max-message-size:1073741823");
        credentials();
    }

    private void refuse(SessionDescription.Media offered) {
        line(offered.head().replaceFirst("^(m=\\w+) \\d+", "$1 0"));
        line(NO_ADDRESS);
        line("a=inactive");
        line("a=mid:" + offered.mid());
    }

    private void credentials() {
        line("a=ice-ufrag:" + terms.ufrag());
        line("a=ice-pwd:" + terms.password());
    }

    private static String direction(SessionDescription.Media offered) {
        if (offered.has("recvonly")) {
            return "sendonly";
        }
        if (offered.has("sendonly")) {
            return "recvonly";
        }
        return offered.has("inactive") ? "inactive" : "sendrecv";
    }

    private void line(String line) {
        sdp.append(line).append(EOL);
    }
}
