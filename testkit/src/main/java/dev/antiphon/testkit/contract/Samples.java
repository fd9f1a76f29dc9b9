package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Inputs, events and starts that the rules use. */
final class Samples {
    /** What ids of server events that a rule had sent begin with. */
    static final String EVENT_PREFIX = "contract_";

    /** A secret of the offer that must appear in no message. */
    static final String ICE_PASSWORD = "contracticepassword0123456789";

    static final SdpOffer OFFER = new SdpOffer(String.join(
            "\r\n",
            "v=0",
            "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "c=IN IP4 0.0.0.0",
            "a=rtcp:9 IN IP4 0.0.0.0",
            "a=ice-ufrag:cntr",
            "a=ice-pwd:" + ICE_PASSWORD,
            "a=fingerprint:sha-256 "
                    + "11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00",
            "a=setup:actpass",
            "a=mid:0",
            "a=sendrecv",
            "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2",
            ""));

    private Samples() {}

    static SessionConfig session() {
        return SessionConfig.builder().model("gpt-realtime").build();
    }

    /** Id of input {@code number}. */
    static String input(int number) {
        return String.format("input_%04d", number);
    }

    /** Ids of inputs 1 to {@code count}. */
    static List<String> inputs(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Samples::input).toList();
    }

    /** Id of server event {@code number}. */
    static String event(int number) {
        return String.format(EVENT_PREFIX + "%04d", number);
    }

    /** Ids of server events 1 to {@code count}. */
    static List<String> events(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Samples::event).toList();
    }

    /** A short text as input {@code number}. */
    static ClientEvent text(int number) {
        return text(number, "text " + number);
    }

    static ClientEvent text(int number, String text) {
        return new ClientEvent.ConversationItemCreate(
                input(number),
                Optional.empty(),
                new Item.Message("item_" + number, Role.USER, List.of(new ContentPart.InputText(text))));
    }

    /** Short texts as inputs {@code first} to {@code last}. */
    static ClientEvent[] texts(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Samples::text).toArray(ClientEvent[]::new);
    }
}
