package dev.antiphon.testkit.media;

import dev.antiphon.testkit.simulator.SessionDescription;
import dev.antiphon.testkit.simulator.SessionDescription.Media;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads from a description what the two ends of a call agree upon (RFC 8829 §5.8). */
final class Negotiation {
    private static final String OPUS = "opus/48000";
    private static final int SCTP_PORT = 5_000;
    /** What an end takes that does not say (RFC 8841 §6.1). */
    private static final long DEFAULT_MESSAGE = 65_536;

    private Negotiation() {}

    /**
     * The terms of an offer that we answer.
     *
     * @param passive whether to leave the beginning to the other end, where the offer leaves us the choice
     * @throws IllegalArgumentException if there can be no call; the message says what is missing
     */
    static Leg.Terms answering(SessionDescription offer, boolean passive) {
        Media audio = offer.first("audio").orElseThrow(refusal("The offer has no audio section."));
        int opus = audio.payloadType(OPUS)
                .flatMap(Negotiation::number)
                .map(Long::intValue)
                .orElseThrow(refusal("The offer's audio section has no Opus."));
        if (audio.attribute("ice-ufrag").isEmpty()) {
            throw refusal("The offer has no ICE user name (a=ice-ufrag).").get();
        }
        String setup = audio.attribute("setup").orElse("actpass");
        boolean isClient = setup.equals("passive") || (setup.equals("actpass") && !passive);
        return terms(offer, audio, opus, isClient, Optional.empty());
    }

    /**
     * The terms of an answer to our own offer.
     *
     * @throws IllegalArgumentException if there can be no call
     */
    static Leg.Terms offering(SessionDescription answer, int payloadType, String channel) {
        Media audio = answer.first("audio").orElseThrow(refusal("The answer has no audio section."));
        boolean isClient = audio.attribute("setup").orElse("").equals("passive");
        return terms(answer, audio, payloadType, isClient, Optional.of(channel));
    }

    private static Leg.Terms terms(
            SessionDescription description, Media audio, int payloadType, boolean isClient, Optional<String> channel) {
        List<Fingerprint> fingerprints = audio.attributes("fingerprint").stream()
                .map(Fingerprint::parse)
                .flatMap(Optional::stream)
                .toList();
        if (fingerprints.isEmpty()) {
            throw new IllegalArgumentException(
                    "The description has no certificate fingerprint with SHA-256 or better (a=fingerprint).");
        }
        Optional<Media> data = description.first("application");
        int remotePort = data.flatMap(section -> section.attribute("sctp-port"))
                .flatMap(Negotiation::number)
                .map(Long::intValue)
                .orElse(SCTP_PORT);
        long maxMessage = data.flatMap(section -> section.attribute("max-message-size"))
                .flatMap(Negotiation::number)
                .orElse(DEFAULT_MESSAGE);
        int localPort = channel.isPresent() ? SCTP_PORT : remotePort;
        return new Leg.Terms(isClient, fingerprints, payloadType, localPort, remotePort, maxMessage, channel);
    }

    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,10}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static Supplier<IllegalArgumentException> refusal(String why) {
        return () -> new IllegalArgumentException(why);
    }
}
