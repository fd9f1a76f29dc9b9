package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import org.jspecify.annotations.Nullable;

/**
 * Inputs in order, with what is known about each. Grows when needed; moving an entry between rings
 * allocates nothing. Guarded by the conversation's lock.
 */
final class InputRing {
    private static final int FIRST_CAPACITY = 4;

    private static final @Nullable ClientEvent[] NO_EVENTS = new ClientEvent[0];
    private static final @Nullable Ticket[] NO_TICKETS = new Ticket[0];
    private static final long[] NO_NUMBERS = new long[0];

    private @Nullable ClientEvent[] events = NO_EVENTS;
    private @Nullable Ticket[] tickets = NO_TICKETS;
    private long[] sequences = NO_NUMBERS;
    private long[] times = NO_NUMBERS;
    private int head;
    private int size;
    private long bytes;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Sum of the size hints. */
    long bytes() {
        return bytes;
    }

    ClientEvent event(int index) {
        ClientEvent event = events[slot(index)];
        if (index >= size || event == null) {
            throw new IndexOutOfBoundsException(index + " of " + size);
        }
        return event;
    }

    /** The ticket of an entry, null for inputs that have none. */
    @Nullable
    Ticket ticket(int index) {
        return tickets[slot(index)];
    }

    /** Place in the order of acceptance, over all lanes of the conversation. */
    long sequence(int index) {
        return sequences[slot(index)];
    }

    /** When it was accepted, on the scheduler's clock. */
    long time(int index) {
        return times[slot(index)];
    }

    void addLast(ClientEvent event, @Nullable Ticket ticket, long sequence, long time) {
        grow();
        put(slot(size), event, ticket, sequence, time);
        size++;
        bytes += event.sizeHint();
    }

    /** Moves the first entry behind the last of another ring. */
    void moveFirstTo(InputRing target) {
        target.addLast(event(0), ticket(0), sequence(0), time(0));
        removeFirst();
    }

    /** Puts an entry of another ring back where its sequence number belongs. */
    void putBack(InputRing from, int at) {
        ClientEvent event = from.event(at);
        long sequence = from.sequence(at);
        grow();
        head = (head - 1 + events.length) & (events.length - 1);
        size++;
        int index = 0;
        while (index + 1 < size && sequence(index + 1) < sequence) {
            copy(slot(index + 1), slot(index));
            index++;
        }
        put(slot(index), event, from.ticket(at), sequence, from.time(at));
        bytes += event.sizeHint();
    }

    void removeFirst() {
        removeAt(0);
    }

    /** Takes an entry out of the middle; those before it move up by one. */
    void removeAt(int index) {
        bytes -= event(index).sizeHint();
        for (int i = index; i > 0; i--) {
            copy(slot(i - 1), slot(i));
        }
        events[head] = null;
        tickets[head] = null;
        head = (head + 1) & (events.length - 1);
        size--;
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            int slot = slot(i);
            events[slot] = null;
            tickets[slot] = null;
        }
        head = 0;
        size = 0;
        bytes = 0;
    }

    private int slot(int index) {
        return (head + index) & (events.length - 1);
    }

    private void put(int slot, ClientEvent event, @Nullable Ticket ticket, long sequence, long time) {
        events[slot] = event;
        tickets[slot] = ticket;
        sequences[slot] = sequence;
        times[slot] = time;
    }

    private void copy(int from, int to) {
        events[to] = events[from];
        tickets[to] = tickets[from];
        sequences[to] = sequences[from];
        times[to] = times[from];
    }

    private void grow() {
        if (size < events.length) {
            return;
        }
        int capacity = Math.max(FIRST_CAPACITY, events.length * 2);
        @Nullable ClientEvent[] newEvents = new ClientEvent[capacity];
        @Nullable Ticket[] newReceipts = new Ticket[capacity];
        long[] newSequences = new long[capacity];
        long[] newTimes = new long[capacity];
        for (int i = 0; i < size; i++) {
            int slot = slot(i);
            newEvents[i] = events[slot];
            newReceipts[i] = tickets[slot];
            newSequences[i] = sequences[slot];
            newTimes[i] = times[slot];
        }
        events = newEvents;
        tickets = newReceipts;
        sequences = newSequences;
        times = newTimes;
        head = 0;
    }
}
