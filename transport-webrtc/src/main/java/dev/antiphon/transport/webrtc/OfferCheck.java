package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.TransportException;
import java.util.Optional;

/** What our side asks of an offer beyond its being SDP, before anything is sent. */
final class OfferCheck {
    private OfferCheck() {}

    static Optional<TransportException> of(SdpOffer offer, CallSettings settings) {
        if (!settings.allowDataChannels() && Sdp.scan(offer.text()).dataChannel()) {
            return Optional.of(new TransportException(
                    Fault.REQUEST_INVALID,
                    "the offer holds a data channel, through which the browser could change the session;"
                            + " make the offer without one"));
        }
        return Optional.empty();
    }
}
