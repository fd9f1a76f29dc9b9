package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.AudioOffer;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationLimits;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.network.FaultProxy;
import dev.antiphon.testkit.network.Link;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;

/** Faults of a standing socket and of the network under it, as the application sees them. */
@Timeout(120)
class StreamFaultsIT extends ConversationFixture {
    @FaultTest
    @DisplayName("F22 a reset behind the 101, behind session.update or between two texts leaves no false outcome")
    void reset_at_each_moment() throws Exception {
        for (Moment moment : List.of(
                Moment.OPENED,
                Moment.FIRST_FRAME,
                Moment.received("conversation.item.create", 1),
                Moment.received("conversation.item.create", 7),
                Moment.sent("session.updated", 1))) {
            RealtimeSimulator server = serve();
            server.inflict(Misfortune.reset().at(moment));

            Conversation conversation = start(server.baseUrl(), new Heard());
            List<Receipt> receipts = say(conversation, 20);

            Closure closure = end(conversation, receipts);
            assertThat(closure.recoverable()).as("%s: %s", moment, closure).isTrue();
            assertThat(fault(closure)).isEqualTo(Fault.CONNECTION_LOST);
            assertThat(outcomes(receipts)).doesNotContain("REJECTED");
            truthful(receipts, server);
            assertThat(server.connections()).as("nothing is restarted").hasSize(1);
        }
    }

    @FaultTest
    @DisplayName("F26 Close 1000 with texts queued: they are NOT_SENT, none vanishes")
    void orderly_close_with_a_queue() throws Exception {
        settings.closeDeadline(SHORT);
        RealtimeSimulator server = serve();
        FaultProxy network = networkTo(server);
        Conversation conversation = start(network.through(server.baseUrl()));
        heard.await("session.updated");
        network.towardsServer(Link.clear().limited(1));
        List<Receipt> receipts = new ArrayList<>();
        for (int each = 0; each < 60; each++) {
            receipts.add(conversation.sendText("x".repeat(12_000)));
        }

        server.connections().get(0).close(1000, "goodbye");

        Closure closure = end(conversation, receipts);
        assertThat(closure.initiator()).isEqualTo(Closure.Initiator.SERVER);
        assertThat(closure.code()).isEqualTo(1000);
        assertThat(closure.text()).isEqualTo("goodbye");
        assertThat(closure.recoverable()).isFalse();
        assertThat(outcomes(receipts)).isSubsetOf("NOT_SENT", "UNKNOWN").contains("NOT_SENT");
        truthful(receipts, server);
    }

    @FaultTest
    @DisplayName("F27 Close 1001, 1011, 1012 and 1013 end recoverably with code and text")
    void recoverable_closes() throws Exception {
        for (int code : new int[] {1001, 1011, 1012, 1013}) {
            Closure closure = closedWith(code);

            assertThat(closure.recoverable()).as("%s", closure).isTrue();
        }
    }

    @FaultTest
    @DisplayName("F29 Close 1002, 1003, 1007, 1008, 1009, 1010 and unknown 4xxx end for good with code and text")
    void final_closes() throws Exception {
        for (int code : new int[] {1002, 1003, 1007, 1008, 1009, 1010, 4711}) {
            Closure closure = closedWith(code);

            assertThat(closure.recoverable()).as("%s", closure).isFalse();
        }
    }

    private Closure closedWith(int code) throws Exception {
        RealtimeSimulator server = serve();
        server.inflict(Misfortune.close(code, "because").at(Moment.received("conversation.item.create", 3)));

        Conversation conversation = start(server.baseUrl(), new Heard());
        List<Receipt> receipts = say(conversation, 6);

        Closure closure = end(conversation, receipts);
        assertThat(closure.initiator()).isEqualTo(Closure.Initiator.SERVER);
        assertThat(closure.code()).isEqualTo(code);
        assertThat(closure.text()).startsWith("because");
        truthful(receipts, server);
        return closure;
    }

    @FaultTest
    @DisplayName("F29 a message too big for the server: the one in flight is UNKNOWN, named by its id")
    void too_big_for_the_server() throws Exception {
        RealtimeSimulator server = serve(builder -> builder.maxMessageBytes(50_000));

        Conversation conversation = start(server.baseUrl());
        Receipt small = conversation.sendText("small");
        assertThat(get(small.outcome()).name()).isEqualTo("ACKNOWLEDGED");
        Receipt large = conversation.sendText("x".repeat(60_000));

        Closure closure = end(conversation, List.of(small, large));
        assertThat(closure.code()).isEqualTo(1009);
        assertThat(closure.recoverable()).isFalse();
        assertThat(get(large.outcome())).isInstanceOf(Outcome.Unknown.class);
        assertThat(closure.text()).endsWith("(in flight: text " + large.itemId() + ")");
    }

    @FaultTest
    @DisplayName("F28 FIN without a close frame and RST are lost connections, recoverable, and nothing is restarted")
    void end_without_a_word() throws Exception {
        for (Misfortune misfortune : List.of(Misfortune.drop(), Misfortune.reset())) {
            RealtimeSimulator server = serve();
            server.inflict(misfortune.at(Moment.received("conversation.item.create", 4)));
            Heard listener = new Heard();

            Conversation conversation = start(server.baseUrl(), listener);
            List<Receipt> receipts = say(conversation, 8);

            Closure closure = end(conversation, receipts);
            assertThat(fault(closure)).isEqualTo(Fault.CONNECTION_LOST);
            assertThat(closure.code()).isEqualTo(1006);
            assertThat(closure.recoverable()).isTrue();
            assertThat(server.connections()).hasSize(1);
            truthful(receipts, server);
        }
    }

    @FaultTest
    @DisplayName("F31 a half-open connection is found in ping interval plus pong deadline")
    void half_open() throws Exception {
        Duration second = Duration.ofSeconds(1);
        settings.pingInterval(second).pongDeadline(second);
        RealtimeSimulator server = serve();
        FaultProxy network = networkTo(server);
        Conversation conversation = start(network.through(server.baseUrl()));
        heard.await("session.updated");

        network.freeze();
        long frozen = System.nanoTime();
        List<Receipt> receipts = say(conversation, 3);

        Closure closure = end(conversation, receipts);
        assertThat(fault(closure)).isEqualTo(Fault.CONNECTION_LOST);
        assertThat(closure.text()).contains("not even a pong");
        assertThat(closure.recoverable()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isBetween(second, Duration.ofMillis(2_500));
        assertThat(outcomes(receipts)).doesNotContain("ACKNOWLEDGED");
        truthful(receipts, server);
    }

    @FaultTest
    @DisplayName("F31 a connection that stands still for less than the deadline goes on")
    void half_open_and_healed() throws Exception {
        settings.pingInterval(SHORT).pongDeadline(Duration.ofSeconds(20));
        RealtimeSimulator server = serve();
        FaultProxy network = networkTo(server);
        Conversation conversation = start(network.through(server.baseUrl()));
        heard.await("session.updated");

        network.freeze();
        List<Receipt> receipts = say(conversation, 3);
        network.thaw();

        assertThat(outcomes(receipts)).containsOnly("ACKNOWLEDGED");
        conversation.close();
        assertThat(end(conversation, receipts).isOrderly()).isTrue();
    }

    @FaultTest
    @DisplayName(
            "F33 a peer that stops reading: texts are refused at capacity, audio goes by policy, all resumes in order")
    void peer_stops_reading() throws Exception {
        settings.writeTimeout(SOON);
        limits =
                ConversationLimits.DEFAULT.withAudio(8, Optional.empty(), ConversationLimits.AudioWhenFull.DROP_OLDEST);
        RealtimeSimulator server = serve();
        FaultProxy network = networkTo(server);
        Conversation conversation = start(network.through(server.baseUrl()));
        heard.await("session.updated");
        network.freeze();

        List<Receipt> receipts = new ArrayList<>();
        List<AudioOffer> offers = new ArrayList<>();
        for (int each = 0; each < 200; each++) {
            receipts.add(conversation.sendText(each + " " + "x".repeat(12_000)));
            offers.add(conversation.offerAudio(numbered(each)));
        }
        assertThat(receipts).anyMatch(receipt -> !receipt.isAccepted());
        assertThat(offers).contains(AudioOffer.REPLACED_OLDEST);
        List<Receipt> accepted = receipts.stream().filter(Receipt::isAccepted).toList();

        network.thaw();
        assertThat(outcomes(accepted)).containsOnly("ACKNOWLEDGED");
        assertThat(receipts.indexOf(accepted.get(accepted.size() - 1)))
                .as("what the lanes and the buffers below hold, and no more")
                .isLessThan(200);
        server.journal().await("the newest frame", entry -> numbers(server).contains(199), SOON);
        conversation.close();
        end(conversation, receipts);
        truthful(receipts, server);
        assertThat(numbers(server)).isSorted().doesNotHaveDuplicates();
        assertThat(conversation.summary().audio().written())
                .isEqualTo(numbers(server).size());
    }

    /** 100 ms of audio that says which one it is. */
    private static byte[] numbered(int number) {
        return ByteBuffer.allocate(4_800).putInt(number).array();
    }

    private static List<Integer> numbers(RealtimeSimulator server) {
        return server.journal().received().stream()
                .filter(entry -> entry.type().equals("input_audio_buffer.append"))
                .map(entry -> ByteBuffer.wrap(
                                Base64.getDecoder().decode(entry.json().text("audio")))
                        .getInt())
                .toList();
    }

    @FaultTest
    @DisplayName("F33 a peer that never reads again is given up after the write timeout")
    void peer_never_reads_again() throws Exception {
        settings.writeTimeout(SHORT);
        RealtimeSimulator server = serve();
        FaultProxy network = networkTo(server);
        Conversation conversation = start(network.through(server.baseUrl()));
        heard.await("session.updated");
        network.freeze();

        List<Receipt> receipts = new ArrayList<>();
        for (int each = 0; each < 200; each++) {
            receipts.add(conversation.sendText("x".repeat(15_000)));
        }

        Closure closure = end(conversation, receipts);
        assertThat(fault(closure)).isEqualTo(Fault.WRITE_TIMEOUT);
        truthful(receipts, server);
    }

    @FaultTest
    @DisplayName("F34 latency of 300 ms give or take 100 and lost segments change nothing but the time")
    void slow_and_lossy() throws Exception {
        RealtimeSimulator server = serve();
        FaultProxy network = networkTo(server);
        network.bothWays(Link.clear()
                .delayed(Duration.ofMillis(300), Duration.ofMillis(100))
                .losing(0.02));

        Conversation conversation = start(network.through(server.baseUrl()));
        List<Receipt> receipts = say(conversation, 20);
        conversation.requestResponse();
        heard.await("response.done");

        assertThat(outcomes(receipts)).containsOnly("ACKNOWLEDGED");
        truthful(receipts, server);
        conversation.close();
        assertThat(end(conversation, receipts).isOrderly()).isTrue();
    }

    @FaultTest
    @DisplayName("F36 one byte a segment both ways gives the same conversation")
    void one_byte_a_segment() throws Exception {
        List<String> whole = eventsThrough(Link.clear());
        List<String> sliced = eventsThrough(Link.clear().sliced(1));

        assertThat(sliced).isEqualTo(whole);
    }

    private List<String> eventsThrough(Link link) throws Exception {
        RealtimeSimulator server = serve(builder -> builder.seed(42));
        FaultProxy network = networkTo(server);
        network.bothWays(link);
        Heard listener = new Heard();
        Conversation conversation = start(network.through(server.baseUrl()), listener);
        listener.await("session.updated");
        Receipt receipt = conversation.sendText("Grüße an 🙂 alle");
        assertThat(get(receipt.outcome()).name()).isEqualTo("ACKNOWLEDGED");
        get(conversation.requestResponse());
        // The last event of a response.
        listener.await("rate_limits.updated");
        conversation.close();
        assertThat(end(conversation).isOrderly()).isTrue();
        // Ids of our own differ between two conversations of one process, and they do not begin in the same second.
        return listener.events().stream()
                .map(ServerEvent::raw)
                .map(raw -> raw.text()
                        .replace(receipt.itemId(), "ours")
                        .replaceAll("\"expires_at\":[0-9]+", "\"expires_at\":0"))
                .toList();
    }

    @FaultTest
    @DisplayName("F41 a flood of events arrives whole and in order, and memory for it is bounded")
    void flood() throws Exception {
        int events = 10_000;
        limits = ConversationLimits.DEFAULT.withEvents(64, SOON);
        RealtimeSimulator server = serve();
        Conversation conversation = start(server.baseUrl());
        heard.await("session.updated");
        Connection connection = server.connections().get(0);

        for (int each = 0; each < events; each++) {
            connection.send("{\"type\":\"flood\",\"event_id\":\"e" + each + "\"}");
        }
        for (int each = 0; each < events; each++) {
            assertThat(heard.await("flood").raw().text()).contains("\"e" + each + "\"");
        }

        conversation.close();
        assertThat(end(conversation).isOrderly()).isTrue();
    }

    @FaultTest
    @DisplayName("F41 an event of 15 MiB is one event; one over the limit closes with 1009")
    void large_events() throws Exception {
        settings.maxMessageBytes(16 << 20).maxFrameBytes(16 << 20);
        RealtimeSimulator server = serve();
        Conversation conversation = start(server.baseUrl());
        heard.await("session.updated");
        Connection connection = server.connections().get(0);

        connection.send("{\"type\":\"large\",\"text\":\"" + "x".repeat(15 << 20) + "\"}");
        assertThat(heard.await("large").raw().text().length()).isGreaterThan(15 << 20);
        connection.send("{\"type\":\"large\",\"text\":\"" + "x".repeat(17 << 20) + "\"}");

        Closure closure = end(conversation);
        assertThat(fault(closure)).isEqualTo(Fault.MESSAGE_TOO_BIG);
        connection.awaitDisconnected(SOON);
        assertThat(connection.closeCode()).hasValue(1009);
    }

    @FaultTest
    @DisplayName("F27 a fault of one conversation leaves the others of its transport alone")
    void others_are_left_alone() throws Exception {
        RealtimeSimulator server = serve();
        var conversations = conversations(server.baseUrl());
        Heard second = new Heard();
        Conversation first = conversations.start(StartRequest.direct(session()), heard);
        heard.await("session.updated");
        Conversation other = conversations.start(StartRequest.direct(session()), second);
        second.await("session.updated");

        server.connections().get(0).reset();

        assertThat(end(first).recoverable()).isTrue();
        assertThat(get(other.sendText("still there?").outcome()).name()).isEqualTo("ACKNOWLEDGED");
        anotherWorks(conversations);
    }
}
