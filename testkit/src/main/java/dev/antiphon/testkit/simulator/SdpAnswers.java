package dev.antiphon.testkit.simulator;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Answers in the service's shape with nothing behind them: the transport addresses lead nowhere. */
final class SdpAnswers implements MediaPeer {
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
    public MediaLeg answer(String offer, MediaListener listener) {
        String ufrag = token(4);
        return MediaLeg.of(ServiceAnswer.to(
                SessionDescription.parse(offer),
                new ServiceAnswer.Terms(
                        random.nextLong() >>> 1,
                        "sha-256 " + fingerprint(),
                        ufrag,
                        token(24),
                        "active",
                        random.nextInt() & 0x7fffffffL,
                        List.of("1 1 udp 2130706431 127.0.0.1 9 typ host ufrag " + ufrag))));
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
