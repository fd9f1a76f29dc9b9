package dev.antiphon.core.model;

/**
 * The server's SDP answer, to be applied by the WebRTC peer byte for byte.
 *
 * @param text the answer as it came from the wire, nothing trimmed or normalised
 */
public record SdpAnswer(String text) {
    /** @throws IllegalArgumentException if the text does not begin with {@code v=0} (RFC 8866 §5.1) */
    public SdpAnswer {
        if (!SdpText.startsAsDescription(text)) {
            throw new IllegalArgumentException(
                    "not an SDP answer: the first line must be v=0 (" + text.length() + " characters given)");
        }
    }

    /** Shows the length only: an SDP holds addresses and ICE passwords. */
    @Override
    public String toString() {
        return "SdpAnswer[" + text.length() + " characters]";
    }
}
