package dev.antiphon.core.model;

/**
 * The SDP offer of a WebRTC peer, relayed byte for byte.
 *
 * <p>The text is kept exactly as given: line ends, order and the final line end carry meaning, and
 * browsers refuse descriptions that somebody trimmed on the way. Only the first line is looked at:
 * RFC 8866 §5.1 makes {@code v=0} the start of every description.
 *
 * @param text the offer, encoded as UTF-8 on the wire
 */
public record SdpOffer(String text) {
    /**
     * @throws IllegalArgumentException if the text is blank, does not begin with {@code v=0} or holds a NUL;
     *     the text itself is never part of the message
     */
    public SdpOffer {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the SDP offer is blank");
        }
        if (!SdpText.startsAsDescription(text)) {
            throw new IllegalArgumentException(
                    "not an SDP offer: the first line must be v=0 (" + text.length() + " characters given)");
        }
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not an SDP offer: it holds a NUL character");
        }
    }

    /** Shows the length only: an SDP holds addresses and ICE passwords. */
    @Override
    public String toString() {
        return "SdpOffer[" + text.length() + " characters]";
    }
}
