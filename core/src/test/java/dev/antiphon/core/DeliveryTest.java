package dev.antiphon.core;

import static dev.antiphon.core.Events.names;
import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.port.NotWrittenException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What became of accepted input: nothing is lost without a word, nothing is said twice. */
class DeliveryTest {
    private final Stand stand = new Stand(builder -> builder.listenerExecutor(Runnable::run));
    private final RecordingListener listener = new RecordingListener();

    @Test
    @DisplayName("N1 N5 every accepted item is settled by the end, and the numbers balance")
    void every_accepted_item_is_settled_by_the_end_and_the_numbers_balance() {
        Conversation conversation = stand.start(listener);
        FakeSocket socket = stand.transport.socket();
        Receipt acknowledged = conversation.sendText("A");
        Receipt rejected = conversation.sendText("B");
        Receipt unconfirmed = conversation.sendText("C");
        stand.receive(Events.added(acknowledged.itemId(), Role.USER, ""));
        stand.receive(Events.error("invalid_value", rejected.eventId()));
        socket.holds = true;
        Receipt inFlight = conversation.sendText("D");
        Receipt waiting = conversation.sendText("E");

        conversation.close();
        Receipt late = conversation.sendText("F");

        assertThat(Stream.of(acknowledged, rejected, unconfirmed, inFlight, waiting, late)
                        .map(Stand::fate))
                .containsExactly(
                        "ACKNOWLEDGED",
                        "REJECTED(invalid_value)",
                        "UNKNOWN(CONVERSATION_ENDED)",
                        "UNKNOWN(CONNECTION_LOST)",
                        "NOT_SENT(STOPPED)",
                        "NOT_SENT(CONVERSATION_CLOSED)");
        ConversationSummary.Items texts = conversation.summary().texts();
        assertThat(texts).isEqualTo(new ConversationSummary.Items(6, 5, 1, 1, 1, 1, 2, 0));
        assertThat(texts.pending()).isZero();
    }

    @RepeatedTest(50)
    @DisplayName("N2 over any number of lost sockets a server sees each item at most once, in order")
    void over_lost_sockets_a_server_sees_each_item_at_most_once_in_order(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Conversation conversation = stand.start(listener);
        List<String> seen = new ArrayList<>();
        List<Receipt> receipts = new ArrayList<>();
        for (int generation = 0; generation < 8; generation++) {
            FakeSocket socket = stand.transport.socket();
            socket.holds = true;
            int fresh = random.nextInt(6);
            for (int i = 0; i < fresh; i++) {
                receipts.add(conversation.sendText("t" + receipts.size()));
            }
            seen.addAll(texts(socket, takeSome(socket, random)));
            stand.transport.server().onJoining(1);
        }
        seen.addAll(texts(stand.transport.socket(), Integer.MAX_VALUE));

        conversation.close();

        List<String> accepted =
                IntStream.range(0, receipts.size()).mapToObj(i -> "t" + i).toList();
        assertThat(accepted).as("seed %s", repetition.getCurrentRepetition()).containsSubsequence(seen);
        assertThat(seen).doesNotHaveDuplicates();
        for (int i = 0; i < receipts.size(); i++) {
            assertThat(fate(receipts.get(i)))
                    .as("N3: t%s, seed %s", i, repetition.getCurrentRepetition())
                    .startsWith(seen.contains("t" + i) ? "UNKNOWN" : "");
        }
    }

    /**
     * Takes some writes. What is on its way then was surely not sent, or arrived unconfirmed, or was lost;
     * returns how many events the server saw.
     */
    private static int takeSome(FakeSocket socket, Random random) {
        int taken = 0;
        int wanted = random.nextInt(5);
        while (taken < wanted && taken < socket.pending.size()) {
            socket.pending.get(taken).complete(null);
            taken++;
        }
        if (taken == socket.pending.size()) {
            return taken;
        }
        switch (random.nextInt(3)) {
            case 0 -> socket.pending.get(taken).completeExceptionally(new NotWrittenException("closed"));
            case 1 -> taken++;
            default -> {
                // Nobody ever says what became of it.
            }
        }
        return taken;
    }

    /** The texts among so many events after {@code session.update}. */
    private static List<String> texts(FakeSocket socket, long count) {
        return socket.written().stream()
                .skip(1)
                .limit(count)
                .filter(ClientEvent.ConversationItemCreate.class::isInstance)
                .map(Events::name)
                .toList();
    }

    @Test
    void a_writer_may_answer_with_any_kind_of_stage() {
        List<CompletionStage<Void>> answers = List.of(
                CompletableFuture.completedStage(null),
                CompletableFuture.completedFuture(null),
                CompletableFuture.<Void>completedFuture(null).minimalCompletionStage(),
                CompletableFuture.completedStage(null));
        List<ClientEvent> written = new ArrayList<>();
        Conversation conversation = stand.start(listener);
        stand.transport.connect(event -> {
            written.add(event);
            return answers.get(written.size() - 1);
        });

        List<Receipt> receipts = conversation.sendTexts(Role.USER, List.of("A", "B", "C"));

        assertThat(names(written)).containsExactly("session.update", "A", "B", "C");
        receipts.forEach(receipt -> Stand.get(receipt.written()));
    }

    @Test
    void a_stage_that_has_failed_already_stops_the_writer() {
        Conversation conversation = stand.start(listener);
        stand.transport.connect(event -> CompletableFuture.failedStage(new NotWrittenException("closed")));
        Receipt receipt = conversation.sendText("A");
        stand.transport.server().onJoining(1);

        FakeSocket next = stand.transport.socket();

        assertThat(names(next.written())).containsExactly("session.update", "A");
        assertThat(receipt.outcome().toCompletableFuture()).isNotDone();
    }

    @Test
    @DisplayName("N3 what was surely not written is never claimed to be in doubt, nor the reverse")
    void what_was_surely_not_written_is_told_apart_from_what_is_in_doubt() {
        Conversation conversation = stand.start(listener);
        FakeSocket socket = stand.transport.socket();
        socket.holds = true;
        Receipt inFlight = conversation.sendText("A");
        Receipt waiting = conversation.sendText("B");

        conversation.close();

        assertThat(fate(inFlight)).startsWith("UNKNOWN");
        assertThat(fate(waiting)).isEqualTo("NOT_SENT(STOPPED)");
        assertThat(names(socket.written())).containsExactly("session.update", "A");
    }

    @Test
    @DisplayName("N4 input after the end is refused at once, by every door")
    void input_after_the_end_is_refused_at_once_by_every_door() {
        Conversation conversation = stand.start(listener);
        conversation.close();

        assertThat(fate(conversation.sendText("A"))).isEqualTo("NOT_SENT(CONVERSATION_CLOSED)");
        assertThat(fate(conversation.sendToolOutput("call_1", "X"))).isEqualTo("NOT_SENT(CONVERSATION_CLOSED)");
        assertThat(conversation.offerAudio(new byte[] {1, 0})).isEqualTo(AudioOffer.CLOSED);
        assertThat(Stream.of(
                        conversation.requestResponse(),
                        conversation.cancelResponse(),
                        conversation.send(ClientEvent.raw("{}")),
                        conversation.audio().commit()))
                .allMatch(stage -> stage.toCompletableFuture().isCompletedExceptionally());
    }
}
