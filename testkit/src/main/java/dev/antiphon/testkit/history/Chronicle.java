package dev.antiphon.testkit.history;

import dev.antiphon.testkit.history.HistoryEntry.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One conversation's part of a history, sorted by what it is about. Places count lines of the whole history. */
final class Chronicle {
    final String name;
    final Map<String, ItemStory> items = new LinkedHashMap<>();
    final Map<String, SocketStory> sockets = new LinkedHashMap<>();
    final Map<String, CallStory> calls = new LinkedHashMap<>();
    final List<Seen<HistoryEntry.Received>> received = new ArrayList<>();
    final List<Seen<HistoryEntry.AudioOffered>> audio = new ArrayList<>();
    final List<Seen<HistoryEntry.EventHeard>> heard = new ArrayList<>();
    final Map<String, Seen<HistoryEntry.EventSent>> sent = new HashMap<>();
    final List<HistoryEntry.LeftOver> leftOver = new ArrayList<>();
    final List<Seen<HistoryEntry.EndHeard>> endsHeard = new ArrayList<>();
    final List<Seen<HistoryEntry.Ended>> ends = new ArrayList<>();
    final List<Seen<HistoryEntry.AnswerHeard>> answers = new ArrayList<>();

    @Nullable
    Seen<HistoryEntry.StopAsked> stop;

    HistoryEntry.@Nullable Summed summary;

    @Nullable
    Seen<HistoryEntry.Started> started;

    @Nullable
    Seen<HistoryEntry.NetworkAsked> networkAsked;

    final List<Seen<HistoryEntry.CauseGiven>> causes = new ArrayList<>();
    final List<Seen<HistoryEntry.PhaseHeard>> phases = new ArrayList<>();
    int orphans;

    /** An entry, its place and its time. */
    record Seen<E>(int place, long nanos, E entry) {}

    /** What is known of an item. */
    static final class ItemStory {
        final String name;
        final Channel channel;
        final String toolCall;
        final int offeredPlace;
        final long offeredNanos;
        int returnedPlace = Integer.MAX_VALUE;
        long returnedNanos = Long.MAX_VALUE;
        boolean accepted;
        HistoryEntry.@Nullable Refused refused;
        final List<Seen<HistoryEntry.Settled>> settled = new ArrayList<>();
        final List<Seen<HistoryEntry.Confirmed>> confirmed = new ArrayList<>();
        final List<HistoryEntry.RejectionSent> rejected = new ArrayList<>();
        boolean taken;
        int received;
        int receivedPlace;

        ItemStory(HistoryEntry.Offering offering, int place, long nanos) {
            this.name = offering.item();
            this.channel = offering.channel();
            this.toolCall = offering.toolCall();
            this.offeredPlace = place;
            this.offeredNanos = nanos;
        }
    }

    /** What is known of a control socket. */
    static final class SocketStory {
        int opened = -1;
        int ended = Integer.MAX_VALUE;
        boolean orderly = true;

        @Nullable
        String firstWritten;
    }

    /** What is known of a call. */
    static final class CallStory {
        boolean created;
        boolean ended;
        int hangUps;
        long answeredNanos = -1;
        int answeredPlace;
    }

    Chronicle(String name) {
        this.name = name;
    }

    /** Sorts a history by conversation, in the order in which they appear. */
    static Map<String, Chronicle> of(History history) {
        Map<String, Chronicle> all = new LinkedHashMap<>();
        List<History.Line> lines = history.lines();
        for (int place = 0; place < lines.size(); place++) {
            History.Line line = lines.get(place);
            all.computeIfAbsent(line.entry().conversation(), Chronicle::new).add(place, line.nanos(), line.entry());
        }
        return all;
    }

    private void add(int place, long nanos, HistoryEntry entry) {
        if (entry instanceof HistoryEntry.Offering offering) {
            items.put(offering.item(), new ItemStory(offering, place, nanos));
        } else if (entry instanceof HistoryEntry.Accepted accepted) {
            returned(accepted.item(), place, nanos).accepted = true;
        } else if (entry instanceof HistoryEntry.Refused refused) {
            returned(refused.item(), place, nanos).refused = refused;
        } else if (entry instanceof HistoryEntry.Settled settled) {
            item(settled.item()).settled.add(new Seen<>(place, nanos, settled));
        } else if (entry instanceof HistoryEntry.AudioOffered offered) {
            audio.add(new Seen<>(place, nanos, offered));
        } else if (entry instanceof HistoryEntry.EventHeard event) {
            heard.add(new Seen<>(place, nanos, event));
        } else {
            addLife(place, nanos, entry);
        }
    }

    private void addLife(int place, long nanos, HistoryEntry entry) {
        if (entry instanceof HistoryEntry.Started begun) {
            started = new Seen<>(place, nanos, begun);
        } else if (entry instanceof HistoryEntry.PhaseHeard heardPhase) {
            phases.add(new Seen<>(place, nanos, heardPhase));
        } else if (entry instanceof HistoryEntry.AnswerHeard answer) {
            answers.add(new Seen<>(place, nanos, answer));
        } else if (entry instanceof HistoryEntry.StopAsked asked) {
            if (stop == null) {
                stop = new Seen<>(place, nanos, asked);
            }
        } else if (entry instanceof HistoryEntry.Ended ended) {
            ends.add(new Seen<>(place, nanos, ended));
        } else if (entry instanceof HistoryEntry.EndHeard ended) {
            endsHeard.add(new Seen<>(place, nanos, ended));
        } else if (entry instanceof HistoryEntry.Summed summed) {
            summary = summed;
        } else if (entry instanceof HistoryEntry.OrphanReported) {
            orphans++;
        } else if (entry instanceof HistoryEntry.LeftOver left) {
            leftOver.add(left);
        } else {
            addJournal(place, nanos, entry);
        }
    }

    private void addJournal(int place, long nanos, HistoryEntry entry) {
        if (entry instanceof HistoryEntry.NetworkAsked asked) {
            if (networkAsked == null) {
                networkAsked = new Seen<>(place, nanos, asked);
            }
        } else if (entry instanceof HistoryEntry.CauseGiven given) {
            causes.add(new Seen<>(place, nanos, given));
        } else if (entry instanceof HistoryEntry.CallCreated created) {
            call(created.call()).created = true;
        } else if (entry instanceof HistoryEntry.CallAnswered answered) {
            CallStory call = call(answered.call());
            call.answeredNanos = nanos;
            call.answeredPlace = place;
        } else if (entry instanceof HistoryEntry.HangUpAsked asked) {
            call(asked.call()).hangUps++;
        } else if (entry instanceof HistoryEntry.CallEnded ended) {
            call(ended.call()).ended = true;
        } else if (entry instanceof HistoryEntry.SocketOpened opened) {
            socket(opened.socket()).opened = place;
        } else if (entry instanceof HistoryEntry.SocketEnded ended) {
            SocketStory socket = socket(ended.socket());
            socket.ended = Math.min(socket.ended, place);
            socket.orderly &= ended.orderly();
        } else {
            addTraffic(place, nanos, entry);
        }
    }

    private void addTraffic(int place, long nanos, HistoryEntry entry) {
        if (entry instanceof HistoryEntry.Taken taken) {
            SocketStory socket = socket(taken.socket());
            if (socket.firstWritten == null) {
                socket.firstWritten = taken.type();
            }
            ItemStory item = items.get(taken.content());
            if (item != null) {
                item.taken = true;
            }
        } else if (entry instanceof HistoryEntry.Received arrived) {
            received.add(new Seen<>(place, nanos, arrived));
            ItemStory item = items.get(arrived.content());
            if (item != null) {
                item.received++;
                item.receivedPlace = place;
            }
        } else if (entry instanceof HistoryEntry.Confirmed confirmed) {
            item(confirmed.item()).confirmed.add(new Seen<>(place, nanos, confirmed));
        } else if (entry instanceof HistoryEntry.RejectionSent rejected) {
            item(rejected.item()).rejected.add(rejected);
        } else if (entry instanceof HistoryEntry.EventSent event) {
            sent.put(event.event(), new Seen<>(place, nanos, event));
        }
    }

    private ItemStory returned(String item, int place, long nanos) {
        ItemStory story = item(item);
        story.returnedPlace = place;
        story.returnedNanos = nanos;
        return story;
    }

    /** The story of an item; a history that settles what nobody offered has no sense. */
    private ItemStory item(String item) {
        ItemStory story = items.get(item);
        if (story == null) {
            throw new IllegalArgumentException("no item " + item + " was offered in " + name);
        }
        return story;
    }

    private SocketStory socket(String socket) {
        return sockets.computeIfAbsent(socket, unused -> new SocketStory());
    }

    private CallStory call(String call) {
        return calls.computeIfAbsent(call, unused -> new CallStory());
    }
}
