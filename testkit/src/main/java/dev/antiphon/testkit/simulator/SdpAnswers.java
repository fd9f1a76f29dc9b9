package dev.antiphon.testkit.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers offers in the shape the service uses: ICE-lite, one bundle with the offer's mids, Opus with the
 * offer's payload type, one data channel section. The transport addresses lead nowhere.
 */
final class SdpAnswers implements MediaAnswerer {
    private static final String EOL = "\r\n";
    private static final Pattern SECTION = Pattern.compile("(?m)^(?=m=)");

    private final SplittableRandom random;

    SdpAnswers(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Why this is no offer; empty if it is one. */
    static Optional<String> fault(String offer) {
        if (!offer.startsWith("v=0\r\n") && !offer.startsWith("v=0\n")) {
            return Optional.of("The offer is not SDP: it must begin with the line v=0.");
        }
        if (!offer.endsWith("\n")) {
            return Optional.of("The offer is truncated: its last line has no line end.");
        }
        if (!Pattern.compile("(?m)^m=").matcher(offer).find()) {
            return Optional.of("The offer has no media section.");
        }
        if (offer.indexOf('\0') >= 0) {
            return Optional.of("The offer contains a NUL character.");
        }
        return Optional.empty();
    }

    @Override
    public MediaLeg answer(String offer, CallMedia call) {
        String[] parts = SECTION.split(offer, -1);
        List<String> mids = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            mids.add(attribute(parts[i], "mid").orElse(String.valueOf(i - 1)));
        }
        StringBuilder sdp = new StringBuilder("v=0").append(EOL);
        line(sdp, "o=- " + (random.nextLong() >>> 1) + " 2 IN IP4 127.0.0.1");
        line(sdp, "s=-");
        line(sdp, "t=0 0");
        line(sdp, "a=msid-semantic:WMS *");
        line(sdp, "a=fingerprint:sha-256 " + fingerprint());
        line(sdp, "a=ice-lite");
        line(sdp, "a=extmap-allow-mixed");
        line(sdp, "a=group:BUNDLE " + String.join(" ", mids));
        String ufrag = token(4);
        String ice = "a=ice-ufrag:" + ufrag + EOL + "a=ice-pwd:" + token(24) + EOL;
        for (int i = 1; i < parts.length; i++) {
            String head = parts[i].lines().findFirst().orElse("");
            if (head.startsWith("m=audio")) {
                audio(sdp, parts[i], mids.get(i - 1), ice);
            } else if (head.startsWith("m=application")) {
                data(sdp, parts[i], mids.get(i - 1), ice);
            } else {
                line(sdp, head.replaceFirst("^(m=\\w+) \\d+", "$1 0"));
                line(sdp, "c=IN IP4 0.0.0.0");
                line(sdp, "a=inactive");
                line(sdp, "a=mid:" + mids.get(i - 1));
            }
            if (i == 1) {
                line(sdp, "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host ufrag " + ufrag);
                line(sdp, "a=end-of-candidates");
            }
        }
        return MediaLeg.of(sdp.toString());
    }

    private void audio(StringBuilder sdp, String offered, String mid, String ice) {
        Matcher opus = Pattern.compile("(?mi)^a=rtpmap:(\\d+) opus/48000").matcher(offered);
        String payload = opus.find() ? opus.group(1) : "111";
        long ssrc = random.nextInt() & 0x7fffffffL;
        line(sdp, "m=audio 9 UDP/TLS/RTP/SAVPF " + payload);
        line(sdp, "c=IN IP4 0.0.0.0");
        line(sdp, "a=setup:active");
        line(sdp, "a=mid:" + mid);
        sdp.append(ice);
        line(sdp, "a=rtcp-mux");
        line(sdp, "a=rtcp-rsize");
        line(sdp, "a=rtpmap:" + payload + " opus/48000/2");
        line(sdp, "a=fmtp:" + payload + " minptime=10;useinbandfec=1");
        line(sdp, "a=ssrc:" + ssrc + " cname:realtimeapi");
        line(sdp, "a=ssrc:" + ssrc + " msid:realtimeapi audio");
        line(sdp, "a=msid:realtimeapi audio");
        line(sdp, "a=" + direction(offered));
    }

    private static void data(StringBuilder sdp, String offered, String mid, String ice) {
        line(sdp, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
        line(sdp, "c=IN IP4 0.0.0.0");
        line(sdp, "a=setup:active");
        line(sdp, "a=mid:" + mid);
        line(sdp, "a=sctp-port:" + attribute(offered, "sctp-port").orElse("5000"));
        line(sdp, "a=max-message-size:1073741823");
        sdp.append(ice);
    }

    private static String direction(String offered) {
        if (offered.contains("a=recvonly")) {
            return "sendonly";
        }
        if (offered.contains("a=sendonly")) {
            return "recvonly";
        }
        return offered.contains("a=inactive") ? "inactive" : "sendrecv";
    }

    private static Optional<String> attribute(String section, String name) {
        Matcher matcher = Pattern.compile("(?m)^a=" + name + ":(.*?)\\r?$").matcher(section);
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }

    private static void line(StringBuilder sdp, String line) {
        sdp.append(line).append(EOL);
    }

    private String fingerprint() {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            hex.append(i == 0 ? "" : ":").append(String.format("%02X", random.nextInt(256)));
        }
        return hex.toString();
    }

    private String token(int length) {
        StringBuilder token = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int pick = random.nextInt(36);
            token.append((char) (pick < 26 ? 'a' + pick : '0' + pick - 26));
        }
        return token.toString();
    }
}
