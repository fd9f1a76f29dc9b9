package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpOffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OfferCheckTest {
    private static final String AUDIO = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
    private static final CallSettings STRICT = CallSettings.DEFAULT.refusingDataChannels();

    @Test
    void data_channel_passes_by_default() {
        assertThat(OfferCheck.of(withDataChannel("9"), CallSettings.DEFAULT)).isEmpty();
    }

    @Test
    @DisplayName("B30 data channel is refused for calls that the server controls")
    void data_channel_is_refused_for_calls_that_the_server_controls() {
        assertThat(OfferCheck.of(withDataChannel("9"), STRICT).orElseThrow().fault())
                .isEqualTo(Fault.REQUEST_INVALID);
    }

    @Test
    void rejected_data_channel_and_plain_audio_pass() {
        assertThat(OfferCheck.of(withDataChannel("0"), STRICT)).isEmpty();
        assertThat(OfferCheck.of(new SdpOffer(AUDIO), STRICT)).isEmpty();
    }

    private static SdpOffer withDataChannel(String port) {
        return new SdpOffer(AUDIO + "m=application " + port + " UDP/DTLS/SCTP webrtc-datachannel\r\n");
    }
}
