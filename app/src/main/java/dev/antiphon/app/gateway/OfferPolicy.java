package dev.antiphon.app.gateway;

import dev.antiphon.core.model.SdpOffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which offers go to the provider: WebRTC audio, and no data channel, through which a browser could rewrite the session. */
final class OfferPolicy {
    /** What became of an offer. */
    record Verdict(Optional<SdpOffer> offer, Optional<Problem> problem) {}

    private OfferPolicy() {}

    static Verdict judge(byte[] body) {
        if (body.length == 0) {
            return refused(Problem.of(400, "no offer", "the body is empty: send the SDP offer, byte for byte"));
        }
        SdpOffer offer;
        try {
            offer = new SdpOffer(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException | IllegalArgumentException unreadable) {
            return refused(Problem.of(400, "no offer", "the body is no SDP offer"));
        }
        boolean hasAudio = false;
        for (String line : offer.text().split("\r\n|\n", -1)) {
            if (line.startsWith("m=application")) {
                return refused(Problem.of(
                        422,
                        "data channel",
                        "the offer has a data channel: this gateway controls the session, offer audio only"));
            }
            hasAudio |= line.startsWith("m=audio");
        }
        return hasAudio
                ? new Verdict(Optional.of(offer), Optional.empty())
                : refused(Problem.of(422, "no audio", "the offer has no audio section"));
    }

    private static Verdict refused(Problem problem) {
        return new Verdict(Optional.empty(), Optional.of(problem));
    }
}
