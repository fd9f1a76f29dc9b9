package dev.antiphon.testkit.contract;

import dev.antiphon.core.AudioOffer;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.testkit.Gate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** {@link RuleGroup#ENGINE}: what applications are promised holds over this adapter too. */
interface EngineRules extends Rules {
    @Proves(Rule.SESSION_UPDATE_FIRST)
    default void session_update_is_the_first_frame_of_a_socket() {
        Gate join = bench().peer().holdHandshakes();
        Conversation conversation = bench().converse();
        var first = conversation.sendText("text 1");
        join.open();

        expectGreeting(0);
        bench().check(first.isAccepted(), "a text was refused before the join");
        if (bench().can(Capability.REJOINS)) {
            bench().socket(0).cut();
            var second = conversation.sendText("text 2");
            bench().check(second.isAccepted(), "a text was refused while the socket was joined again");
            expectGreeting(1);
        }
    }

    private void expectGreeting(int index) {
        PeerSocket socket = bench().socket(index);
        bench().await("the first frame", () -> !socket.received().isEmpty());
        bench().checkEqual(
                        socket.received().get(0).type(), "session.update", "the first frame of socket " + (index + 1));
    }

    @Proves(Rule.QUEUED_TEXT_FOLLOWS)
    default void text_sent_before_the_join_follows_session_update() {
        Gate join = bench().peer().holdHandshakes();
        Conversation conversation = bench().converse();
        List<Receipt> receipts = sendTexts(conversation, 1, 10);

        join.open();

        PeerSocket socket = bench().socket(0);
        bench().await("11 events", () -> socket.received().size() >= 11);
        List<String> expected = new ArrayList<>(List.of("session.update"));
        receipts.forEach(receipt -> expected.add(receipt.eventId()));
        List<String> arrived = socket.received().stream()
                .map(event -> event.type().equals("session.update") ? event.type() : event.eventId())
                .toList();
        bench().checkEqual(arrived, expected, "what arrived");
    }

    @Proves(Rule.LANES_KEEP_ORDER)
    default void each_lane_keeps_its_order() {
        Gate join = bench().peer().holdHandshakes();
        Conversation conversation = bench().converse();
        List<String> expected = new ArrayList<>();
        for (int number = 1; number <= 20; number++) {
            byte[] frame = {(byte) number, 0};
            bench().check(conversation.offerAudio(frame) == AudioOffer.ACCEPTED, "audio was refused before the join");
            bench().check(conversation.sendText("text " + number).isAccepted(), "a text was refused");
            expected.add("text " + number);
        }
        for (int number = 1; number <= 20; number++) {
            Receipt receipt =
                    conversation.sendHandoffOutput(HandoffOutput.silent("call_" + number, "output " + number));
            bench().check(receipt.isAccepted(), "a hand-off output was refused");
        }

        join.open();

        PeerSocket socket = bench().socket(0);
        bench().await("60 inputs", () -> contents(socket, "").size() >= 60);
        bench().checkEqual(contents(socket, "text "), expected, "the texts that arrived");
        bench().checkEqual(contents(socket, "output "), numbered("output "), "the hand-off outputs that arrived");
        List<String> audio = IntStream.rangeClosed(1, 20)
                .mapToObj(number -> Base64.getEncoder().encodeToString(new byte[] {(byte) number, 0}))
                .toList();
        bench().checkEqual(
                        contents(socket, "").stream().filter(audio::contains).toList(),
                        audio,
                        "the audio that arrived");
    }

    private static List<String> numbered(String prefix) {
        return IntStream.rangeClosed(1, 20).mapToObj(number -> prefix + number).toList();
    }

    private static List<String> contents(PeerSocket socket, String prefix) {
        return socket.received().stream()
                .map(Arrived::content)
                .filter(content -> !content.isEmpty() && content.startsWith(prefix))
                .toList();
    }

    @Proves(Rule.RECEIPTS_ARE_TRUE)
    default void receipts_agree_with_what_arrived() {
        Conversation conversation = bench().converse();
        PeerSocket socket = bench().socket(0);
        List<Receipt> receipts = new ArrayList<>(sendTexts(conversation, 1, 20));
        bench().await("the first inputs", () -> socket.received().size() >= 10);
        socket.cut();
        receipts.addAll(sendTexts(conversation, 21, 40));

        conversation.close();

        bench().await(
                        "every outcome",
                        () -> receipts.stream()
                                .allMatch(receipt ->
                                        receipt.outcome().toCompletableFuture().isDone()));
        List<String> arrived = bench().peer().sockets().stream()
                .flatMap(each -> each.received().stream())
                .map(Arrived::eventId)
                .filter(id ->
                        receipts.stream().anyMatch(receipt -> receipt.eventId().equals(id)))
                .toList();
        Set<String> distinct = new HashSet<>(arrived);
        bench().checkEqual(arrived.size(), distinct.size(), "number of arrivals, repeated ones included,");
        for (Receipt receipt : receipts) {
            Outcome outcome = receipt.outcome().toCompletableFuture().join();
            bench().check(
                            !(outcome instanceof Outcome.NotSent) || !distinct.contains(receipt.eventId()),
                            receipt.eventId() + " arrived and its receipt says " + outcome);
            bench().check(
                            !(outcome instanceof Outcome.Acknowledged),
                            receipt.eventId() + " was acknowledged although the peer said nothing");
        }
    }

    @Proves(Rule.STOP_ACCOUNTS)
    default void a_stop_before_the_join_accounts_for_every_input() {
        Gate join = bench().peer().holdHandshakes();
        Conversation conversation = bench().converse();
        List<Receipt> receipts = sendTexts(conversation, 1, 5);
        bench().await("a handshake", () -> bench().peer().handshakes() > 0);

        conversation.close();

        bench().await(
                        "the end",
                        () -> conversation.closed().toCompletableFuture().isDone());
        bench().await(
                        "every outcome",
                        () -> receipts.stream()
                                .allMatch(receipt ->
                                        receipt.outcome().toCompletableFuture().isDone()));
        for (Receipt receipt : receipts) {
            Outcome outcome = receipt.outcome().toCompletableFuture().join();
            bench().check(
                            outcome instanceof Outcome.NotSent,
                            "the outcome of a text that never left was " + outcome.name());
        }
        Closure closure = conversation.closed().toCompletableFuture().join();
        bench().checkEqual(closure.discarded().texts(), 5, "number of texts that the closure counts as discarded");
        join.open();
    }

    private static List<Receipt> sendTexts(Conversation conversation, int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> conversation.sendText("text " + number))
                .toList();
    }
}
