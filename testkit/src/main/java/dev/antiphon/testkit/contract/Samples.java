package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.testkit.simulator.assistant.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Inputs, events and starts that the rules use. */
final class Samples {
    /** What ids of server events that a rule had sent begin with. */
    static final String EVENT_PREFIX = "contract_";

    /** A secret of the offer that must appear in no message. */
    static final String ICE_PASSWORD = "contracticepassword0123456789";

    /** What codecs trip over: quotes, controls, characters of one to four bytes, a line separator. */
    static final String AWKWARD = "\"quoted\" \\ back / slash\ttab\nline\r\u0001 ü € 語 \uD83C\uDFB6 \u2028 end ";

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

    /** The message of a server event that carries a text. */
    static String said(String eventId, String text) {
        return Json.write(Json.object()
                .put("type", "conversation.item.input_audio_transcription.delta")
                .put("event_id", eventId)
                .put("item_id", "item_said")
                .put("content_index", 0)
                .put("delta", text));
    }

    /** Short texts as inputs {@code first} to {@code last}. */
    static ClientEvent[] texts(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Samples::text).toArray(ClientEvent[]::new);
    }
}
