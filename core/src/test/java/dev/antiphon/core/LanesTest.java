package dev.antiphon.core;

import static dev.antiphon.core.Events.names;
import static dev.antiphon.core.Stand.ANSWER;
import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.ConversationLimits.AudioWhenFull;
import dev.antiphon.core.ConversationLimits.Lane;
import dev.antiphon.core.ConversationLimits.WhenFull;
import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Input that waits for a socket: bounds, what happens at them, and the order of leaving. */
class LanesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** A conversation whose lanes have these rules, before any socket stands. */
    private static Stand lanes(int items, WhenFull whenFull) {
        Lane lane = new Lane(items, 1 << 20, whenFull);
        return new Stand(ConversationLimits.DEFAULT.withLanes(lane, lane));
    }

    private static List<String> texts(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "t" + i).toList();
    }

    private static byte[] frame(int number) {
        return new byte[] {(byte) number, 0};
    }

    @Nested
    class WhenFullOfItems {
        @Test
        @DisplayName("T-32 the first text beyond capacity is refused as full, those before arrive in order")
        void the_first_text_beyond_capacity_is_refused_and_those_before_arrive_in_order() {
            Stand stand = lanes(3, WhenFull.refuse());
            Conversation conversation = stand.start();
            texts(1, 3).forEach(conversation::sendText);

            Receipt refused = conversation.sendText("t4");

            assertThat(fate(refused)).isEqualTo("NOT_SENT(LANE_FULL)");
            assertThat(Stand.outcome(refused))
                    .asString()
                    .contains(refused.itemId())
                    .contains("text lane holds 3 of 3 items");
            assertThat(names(stand.transport.socket().written())).containsExactly("session.update", "t1", "t2", "t3");
        }

        @Test
        @DisplayName("T-33 a sender that waits for room is refused at its deadline")
        void a_sender_that_waits_for_room_is_refused_at_its_deadline() {
            Stand stand = lanes(1, WhenFull.await(PATIENCE));
            Conversation conversation = stand.start();
            conversation.sendText("t1");
            CompletableFuture<Receipt> second = waiting(stand, () -> conversation.sendText("t2"));

            stand.pass(PATIENCE.minusMillis(1));
            assertThat(second).isNotDone();
            stand.pass(Duration.ofMillis(1));

            assertThat(fate(Stand.get(second))).isEqualTo("NOT_SENT(WAIT_EXPIRED)");
        }

        @Test
        @DisplayName("T-33 a sender that waits for room succeeds when the socket comes in time")
        void a_sender_that_waits_for_room_succeeds_when_the_socket_comes_in_time() {
            Stand stand = lanes(1, WhenFull.await(PATIENCE));
            Conversation conversation = stand.start();
            conversation.sendText("t1");
            CompletableFuture<Receipt> second = waiting(stand, () -> conversation.sendText("t2"));

            FakeSocket socket = stand.transport.socket();

            assertThat(Stand.get(second).isAccepted()).isTrue();
            Stand.get(Stand.get(second).written());
            assertThat(names(socket.written())).containsExactly("session.update", "t1", "t2");
            assertThat(stand.time.pending()).isZero();
        }

        @Test
        @DisplayName("T-33 only so many senders may wait at once")
        void only_so_many_senders_may_wait_at_once() {
            Stand stand = lanes(1, new WhenFull(WhenFull.Policy.AWAIT, PATIENCE, 1));
            Conversation conversation = stand.start();
            conversation.sendText("t1");
            CompletableFuture<Receipt> second = waiting(stand, () -> conversation.sendText("t2"));

            Receipt third = conversation.sendText("t3");

            assertThat(fate(third)).isEqualTo("NOT_SENT(WAIT_EXPIRED)");
            assertThat(second).isNotDone();
            conversation.close();
            Stand.get(second);
        }

        @Test
        @DisplayName("T-34 a stop releases a sender that waits for room and does not wait for it")
        void a_stop_releases_a_sender_that_waits_for_room() {
            Stand stand = lanes(1, WhenFull.await(PATIENCE));
            Conversation conversation = stand.start();
            Receipt first = conversation.sendText("t1");
            CompletableFuture<Receipt> second = waiting(stand, () -> conversation.sendText("t2"));

            conversation.close();

            assertThat(fate(Stand.get(second))).isEqualTo("NOT_SENT(CONVERSATION_CLOSED)");
            assertThat(fate(first)).isEqualTo("NOT_SENT(STOPPED)");
            assertThat(Stand.get(conversation.closed()).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        }

        @Test
        @DisplayName("T-35 a failed join releases a sender that waits for room")
        void a_failed_join_releases_a_sender_that_waits_for_room() {
            Stand stand = lanes(1, WhenFull.await(PATIENCE));
            Conversation conversation = stand.start();
            Receipt first = conversation.sendText("t1");
            CompletableFuture<Receipt> second = waiting(stand, () -> conversation.sendText("t2"));

            stand.transport.server().onClosed(Closure.byServer(1011, "no", false));

            assertThat(fate(Stand.get(second))).isEqualTo("NOT_SENT(CONVERSATION_CLOSED)");
            assertThat(fate(first)).isEqualTo("NOT_SENT(CONVERSATION_ENDED)");
            assertThat(Stand.get(conversation.closed()).code()).isEqualTo(1011);
        }

        @Test
        @DisplayName("T-38 the sender of a hand-off output waits for room, and none is lost")
        void the_sender_of_a_handoff_output_waits_for_room_and_none_is_lost() {
            Stand stand = lanes(1, WhenFull.await(PATIENCE));
            Conversation conversation = stand.start();
            conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));
            CompletableFuture<Receipt> second =
                    waiting(stand, () -> conversation.sendHandoffOutput(HandoffOutput.silent("call_2", "Y")));

            FakeSocket socket = stand.transport.socket();

            assertThat(Stand.get(second).isAccepted()).isTrue();
            Stand.get(Stand.get(second).written());
            assertThat(names(socket.written())).containsExactly("session.update", "X", "Y");
        }

        @Test
        @DisplayName("T-38 an output that found no room leaves its call open")
        void an_output_that_found_no_room_leaves_its_call_open() {
            Stand stand = lanes(1, WhenFull.refuse());
            Conversation conversation = stand.start();
            conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));
            Receipt refused = conversation.sendHandoffOutput(HandoffOutput.silent("call_2", "Y"));
            FakeSocket socket = stand.transport.socket();

            Receipt again = conversation.sendHandoffOutput(HandoffOutput.silent("call_2", "Y"));

            assertThat(fate(refused)).isEqualTo("NOT_SENT(LANE_FULL)");
            assertThat(again.isAccepted()).isTrue();
            assertThat(names(socket.written())).containsExactly("session.update", "X", "Y");
        }

        @Test
        void a_lane_that_drops_its_oldest_says_which_and_keeps_the_newest() {
            Stand stand = lanes(2, WhenFull.dropOldest());
            Conversation conversation = stand.start();
            List<Receipt> receipts =
                    texts(1, 4).stream().map(conversation::sendText).toList();

            FakeSocket socket = stand.transport.socket();

            assertThat(fate(receipts.get(0))).isEqualTo("NOT_SENT(DROPPED_BY_POLICY)");
            assertThat(fate(receipts.get(1))).isEqualTo("NOT_SENT(DROPPED_BY_POLICY)");
            assertThat(names(socket.written())).containsExactly("session.update", "t3", "t4");
        }

        @Test
        void a_lane_that_drops_its_newest_says_so_and_keeps_the_oldest() {
            Stand stand = lanes(2, WhenFull.dropNewest());
            Conversation conversation = stand.start();
            List<Receipt> receipts =
                    texts(1, 3).stream().map(conversation::sendText).toList();

            FakeSocket socket = stand.transport.socket();

            assertThat(fate(receipts.get(2))).isEqualTo("NOT_SENT(DROPPED_BY_POLICY)");
            assertThat(names(socket.written())).containsExactly("session.update", "t1", "t2");
        }

        @Test
        void a_lane_is_full_of_bytes_too_but_one_item_always_fits() {
            Lane lane = new Lane(64, 1_000, WhenFull.refuse());
            Stand stand = new Stand(ConversationLimits.DEFAULT.withLanes(lane, lane));
            Conversation conversation = stand.start();

            Receipt large = conversation.sendText("x".repeat(5_000));
            Receipt next = conversation.sendText("y");

            assertThat(large.isAccepted()).isTrue();
            assertThat(fate(next)).isEqualTo("NOT_SENT(LANE_FULL)");
        }

        /** A call that blocks, once it waits for its deadline. */
        private CompletableFuture<Receipt> waiting(Stand stand, java.util.function.Supplier<Receipt> call) {
            int before = stand.time.pending();
            CompletableFuture<Receipt> result = CompletableFuture.supplyAsync(call, task -> new Thread(task).start());
            stand.time.awaitPending(before + 1);
            return result;
        }
    }

    @Nested
    class Audio {
        @Test
        @DisplayName("T-36 a full audio lane drops exactly the oldest frames, says so and counts them")
        void a_full_audio_lane_drops_exactly_the_oldest_frames() {
            Stand stand = audio(4, Optional.empty(), AudioWhenFull.DROP_OLDEST);
            RecordingListener listener = new RecordingListener();
            Conversation conversation = stand.start(listener);

            List<AudioOffer> offers = IntStream.range(0, 9)
                    .mapToObj(i -> conversation.offerAudio(frame(i)))
                    .toList();

            assertThat(offers).containsSubsequence(AudioOffer.ACCEPTED, AudioOffer.REPLACED_OLDEST);
            assertThat(offers).filteredOn(AudioOffer.REPLACED_OLDEST::equals).hasSize(5);
            assertThat(conversation.summary().audio().droppedOverflow()).isEqualTo(5);
            assertThat(names(stand.transport.socket().written()))
                    .containsExactly("session.update", "audio5", "audio6", "audio7", "audio8");
        }

        @Test
        @DisplayName("T-36 a full audio lane drops the frame just offered where that is the rule")
        void a_full_audio_lane_drops_the_newest_where_that_is_the_rule() {
            Stand stand = audio(4, Optional.empty(), AudioWhenFull.DROP_NEWEST);
            Conversation conversation = stand.start();

            List<AudioOffer> offers = IntStream.range(0, 9)
                    .mapToObj(i -> conversation.offerAudio(frame(i)))
                    .toList();

            assertThat(offers).filteredOn(AudioOffer.DROPPED::equals).hasSize(5);
            assertThat(names(stand.transport.socket().written()))
                    .containsExactly("session.update", "audio0", "audio1", "audio2", "audio3");
        }

        @Test
        @DisplayName("T-36 losses are told at once, then at most once a second, and once on recovery")
        void losses_are_told_at_once_then_once_a_second_and_on_recovery() {
            RecordingListener listener = new RecordingListener();
            Stand stand = new Stand(builder -> builder.listenerExecutor(Runnable::run)
                    .limits(ConversationLimits.DEFAULT.withAudio(1, Optional.empty(), AudioWhenFull.DROP_OLDEST)));
            Conversation conversation = stand.start(listener);
            for (int i = 0; i < 5; i++) {
                conversation.offerAudio(frame(i));
            }
            assertThat(drops(listener)).containsExactly("dropped 1");

            stand.pass(Duration.ofSeconds(1));
            assertThat(drops(listener)).containsExactly("dropped 1", "dropped 3");
            stand.pass(Duration.ofSeconds(5));

            assertThat(drops(listener)).containsExactly("dropped 1", "dropped 3", "recovered");
        }

        private static List<String> drops(RecordingListener listener) {
            return listener.heard().stream()
                    .filter(word -> word.startsWith("dropped") || word.equals("recovered"))
                    .toList();
        }

        @Test
        @DisplayName("T-37 F49 a late socket gets no frame that is older than the maximum age")
        void a_late_socket_gets_no_frame_that_is_too_old() {
            Stand stand = audio(256, Optional.of(Duration.ofSeconds(2)), AudioWhenFull.DROP_OLDEST);
            Conversation conversation = stand.start();
            conversation.offerAudio(frame(1));
            stand.pass(Duration.ofMillis(1_500));
            conversation.offerAudio(frame(2));
            stand.pass(Duration.ofMillis(1_500));

            FakeSocket socket = stand.transport.socket();

            assertThat(names(socket.written())).containsExactly("session.update", "audio2");
            assertThat(conversation.summary().audio().droppedStale()).isEqualTo(1);
        }

        private static Stand audio(int frames, Optional<Duration> age, AudioWhenFull whenFull) {
            return new Stand(ConversationLimits.DEFAULT.withAudio(frames, age, whenFull));
        }
    }

    @Nested
    class Order {
        private final Stand stand = new Stand();
        private final Conversation conversation = stand.start();

        @Test
        @DisplayName("T-39 a stop discards what waits, item by item, and says how much")
        void a_stop_discards_what_waits_and_says_how_much() {
            Receipt text = conversation.sendText("A");
            Receipt handoff = conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));
            conversation.offerAudio(frame(1));
            conversation.offerAudio(frame(2));

            conversation.close();

            assertThat(fate(text)).isEqualTo("NOT_SENT(STOPPED)");
            assertThat(fate(handoff)).isEqualTo("NOT_SENT(STOPPED)");
            assertThat(Stand.get(conversation.closed()).discarded()).isEqualTo(new Closure.Discarded(1, 1, 2));
        }

        @Test
        @DisplayName("T-40 a text overtakes a flood of audio, and a flood of texts leaves audio its turn")
        void neither_audio_nor_texts_starve_the_other() {
            stand.transport.server().onAnswer(ANSWER);
            FakeSocket socket = new FakeSocket();
            socket.holds = true;
            stand.transport.connect(socket);
            for (int i = 0; i < 100; i++) {
                conversation.offerAudio(frame(i));
            }
            conversation.sendText("A");
            conversation.sendText("B");

            for (int i = 0; i < 5; i++) {
                socket.pending.get(i).complete(null);
            }

            assertThat(names(socket.written()).subList(1, 6)).contains("A", "B").haveAtLeast(2, startingWith("audio"));
        }

        @Test
        @DisplayName("frames of a burst that were not given to a socket before its loss go to the next one, once and in"
                + " order")
        void a_burst_of_frames_goes_on_at_the_next_socket() {
            stand.transport.server().onAnswer(ANSWER);
            for (int i = 0; i < 20; i++) {
                conversation.offerAudio(frame(i));
            }
            FakeSocket lost = socketThatAfter(5, () -> stand.transport.server().onJoining(2));

            stand.transport.connect(lost);
            FakeSocket next = stand.transport.socket();

            assertThat(lost.written()).hasSize(6);
            assertThat(names(lost.written()).subList(1, 6)).isEqualTo(frames(0, 5));
            assertThat(names(next.written()).subList(1, 16)).isEqualTo(frames(5, 20));
        }

        @Test
        @DisplayName("a commit keeps its place among the frames of a burst that goes on at the next socket")
        void a_commit_in_a_burst_keeps_its_place() {
            stand.transport.server().onAnswer(ANSWER);
            for (int i = 0; i < 10; i++) {
                if (i == 5) {
                    var unused = conversation.audio().commit();
                }
                conversation.offerAudio(frame(i));
            }
            FakeSocket lost = socketThatAfter(3, () -> stand.transport.server().onJoining(2));

            stand.transport.connect(lost);
            FakeSocket next = stand.transport.socket();

            assertThat(names(lost.written()).subList(1, 4)).isEqualTo(frames(0, 3));
            assertThat(names(next.written()).subList(1, 3)).isEqualTo(frames(3, 5));
            assertThat(next.written().get(3)).isInstanceOf(ClientEvent.InputAudioBufferCommit.class);
            assertThat(names(next.written()).subList(4, 9)).isEqualTo(frames(5, 10));
        }

        @Test
        @DisplayName("a text that comes while a burst of frames is written waits for eight of them at most")
        void a_text_waits_for_few_frames_of_a_burst() {
            stand.transport.server().onAnswer(ANSWER);
            for (int i = 0; i < 100; i++) {
                conversation.offerAudio(frame(i));
            }
            FakeSocket socket = socketThatAfter(2, () -> conversation.sendText("A"));

            stand.transport.connect(socket);

            assertThat(names(socket.written()).indexOf("A")).isBetween(3, 2 + 8);
        }

        /** A socket for bursts, with something that happens before the event behind so many is taken. */
        private static FakeSocket socketThatAfter(int events, Runnable happens) {
            FakeSocket socket = new FakeSocket();
            socket.windowBytes = 64 << 10;
            socket.refuses = event -> {
                if (socket.events.size() == events) {
                    happens.run();
                }
                return false;
            };
            return socket;
        }

        private static List<String> frames(int from, int to) {
            return IntStream.range(from, to).mapToObj(i -> "audio" + i).toList();
        }

        private static org.assertj.core.api.Condition<String> startingWith(String start) {
            return new org.assertj.core.api.Condition<>(name -> name.startsWith(start), "starts with %s", start);
        }

        @Test
        @DisplayName("T-41 an empty text and an empty frame are refused, and the conversation goes on")
        void empty_input_is_refused_and_the_conversation_goes_on() {
            FakeSocket socket = stand.transport.socket();

            assertThatThrownBy(() -> conversation.sendText("")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> conversation.offerAudio(new byte[0])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> conversation.offerAudio(new byte[(15 << 20) + 1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("audio");

            conversation.sendText("A");
            assertThat(names(socket.written())).containsExactly("session.update", "A");
        }

        @Test
        @DisplayName("T-41 a frame of two MiB is one frame like any other")
        void a_frame_of_two_mebibytes_is_one_frame() {
            FakeSocket socket = stand.transport.socket();

            assertThat(conversation.offerAudio(new byte[2 << 20])).isEqualTo(AudioOffer.ACCEPTED);

            assertThat(names(socket.written())).containsExactly("session.update", "audio0");
        }

        @Test
        @DisplayName("T-41 an event that has no form on the wire fails alone")
        void an_event_that_has_no_form_on_the_wire_fails_alone() {
            FakeSocket socket = new FakeSocket();
            socket.refuses = event -> names(List.of(event)).contains("bad");
            stand.transport.connect(socket);

            Receipt bad = conversation.sendText("bad");
            Receipt good = conversation.sendText("good");

            assertThat(fate(bad)).isEqualTo("NOT_SENT(NOT_ENCODABLE)");
            Stand.get(good.written());
            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        }
    }
}
