package dev.antiphon.core;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Events and tickets as the doors of a conversation make them, for tests of a single owner of state. */
final class Inputs {
    private Inputs() {}

    static ClientEvent text(String text) {
        return new ClientEvent.ConversationItemCreate("evt_" + text, Optional.empty(), Item.text(Role.USER, text));
    }

    static InputAudioBufferAppend frame(int number) {
        return new InputAudioBufferAppend("", AudioData.of(new byte[] {(byte) number, 0}));
    }

    static ClientEvent commit() {
        return new ClientEvent.InputAudioBufferCommit("");
    }

    static InputReceipt receipt(InputReceipt.Kind kind, String name) {
        return new InputReceipt(kind, "evt_" + name, "item_" + name, Runnable::run);
    }

    static InputReceipt receipt(String name) {
        return receipt(InputReceipt.Kind.TEXT, name);
    }

    static WriteTicket ticket(WriteTicket.Place place) {
        return new WriteTicket(place, Runnable::run);
    }

    /** A ring of one entry. */
    static InputRing one(ClientEvent event, Ticket ticket, long sequence) {
        InputRing ring = new InputRing();
        ring.addLast(event, ticket, sequence, 0);
        return ring;
    }

    static InputRing oneWithoutTicket(ClientEvent event, long sequence) {
        InputRing ring = new InputRing();
        ring.addLast(event, null, sequence, 0);
        return ring;
    }

    static List<String> names(InputRing ring) {
        List<ClientEvent> events = new ArrayList<>();
        for (int i = 0; i < ring.size(); i++) {
            events.add(ring.event(i));
        }
        return Events.names(events);
    }

    static List<Long> sequences(InputRing ring) {
        List<Long> sequences = new ArrayList<>();
        for (int i = 0; i < ring.size(); i++) {
            sequences.add(ring.sequence(i));
        }
        return sequences;
    }
}
