package dev.antiphon.core;

import static dev.antiphon.core.Stand.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.ConversationLimits.AudioWhenFull;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.port.ConversationObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What somebody who watches all conversations sees. */
class ObserverTest {
    /** Writes down what it sees, in a word each. */
    private static class Watcher implements ConversationObserver {
        final List<String> seen = new ArrayList<>();

        @Nullable
        ObservedConversation conversation;

        void see(String word) {
            seen.add(word);
        }

        @Override
        public void onStarted(ObservedConversation started) {
            conversation = started;
            see("started " + started.transport());
        }

        @Override
        public void onMilestone(ObservedConversation of, Milestone milestone, Duration sinceStart) {
            see(milestone + " " + sinceStart.toMillis());
        }

        @Override
        public void onAudioDropped(ObservedConversation of, long frames) {
            see("dropped " + frames);
        }

        @Override
        public void onListenerFailure(ObservedConversation of, Throwable failure) {
            see("listener failed");
        }

        @Override
        public void onEnded(ObservedConversation of, Closure closure) {
            see("ended " + closure.initiator());
        }
    }

    private final Watcher watcher = new Watcher();

    private Stand watched(ConversationObserver observer) {
        return new Stand(builder -> builder.observer(observer)
                .listenerExecutor(Runnable::run)
                .limits(ConversationLimits.DEFAULT.withAudio(2, Optional.empty(), AudioWhenFull.DROP_OLDEST)));
    }

    @Test
    void an_observer_sees_each_milestone_with_its_time_and_the_end_last() {
        Stand stand = watched(watcher);
        Conversation conversation = stand.start();
        stand.pass(Duration.ofMillis(10));
        stand.transport.server().onAnswer(ANSWER);
        stand.pass(Duration.ofMillis(10));
        stand.transport.server().onJoining(1);
        stand.pass(Duration.ofMillis(10));
        stand.transport.socket();
        stand.pass(Duration.ofMillis(10));
        stand.receive(Events.unknown("event"));
        stand.transport.server().onJoining(1);
        stand.transport.socket();

        conversation.close();

        assertThat(watcher.seen)
                .containsExactly(
                        "started fake",
                        "ANSWERED 10",
                        "JOINING 20",
                        "LIVE 30",
                        "FIRST_WRITE 30",
                        "FIRST_EVENT 40",
                        "REJOINING 40",
                        "JOINING 40",
                        "REJOINED 40",
                        "CLOSED 40",
                        "ended APPLICATION");
        assertThat(conversation.summary().rejoins()).isEqualTo(1);
        assertThat(conversation.summary().toFirstWrite()).contains(Duration.ofMillis(30));
    }

    @Test
    void an_observer_reads_depth_bytes_and_age_of_each_lane_whenever_it_wants() {
        Stand stand = watched(watcher);
        Conversation conversation = stand.start();
        conversation.sendText("A");
        stand.pass(Duration.ofMillis(5));
        conversation.sendText("B");
        conversation.offerAudio(new byte[] {1, 0});

        ConversationObserver.ObservedConversation observed = Objects.requireNonNull(watcher.conversation);

        assertThat(observed.lanes())
                .satisfiesExactly(
                        text -> {
                            assertThat(text.lane()).isEqualTo("text");
                            assertThat(text.queued()).isEqualTo(2);
                            assertThat(text.bytes()).isPositive();
                            assertThat(text.oldestAge()).isEqualTo(Duration.ofMillis(5));
                        },
                        handoff -> assertThat(handoff.queued()).isZero(),
                        audio -> assertThat(audio.queued()).isEqualTo(1));
        conversation.close();
        assertThat(observed.lanes())
                .allMatch(lane -> lane.queued() == 0 && lane.oldestAge().isZero());
    }

    @Test
    void the_drops_an_observer_sees_add_up_to_those_of_the_summary() {
        Stand stand = watched(watcher);
        Conversation conversation = stand.start();
        for (int i = 0; i < 7; i++) {
            conversation.offerAudio(new byte[] {1, 0});
        }

        conversation.close();

        assertThat(watcher.seen)
                .containsExactly("started fake", "dropped 1", "dropped 4", "CLOSED 0", "ended APPLICATION");
        assertThat(conversation.summary().audio().droppedOverflow()).isEqualTo(5);
    }

    @Test
    void an_observer_that_throws_disturbs_nobody() {
        Stand stand = watched(new Watcher() {
            @Override
            void see(String word) {
                super.see(word);
                throw new AssertionError("thrown on purpose");
            }
        });
        RecordingListener listener = new RecordingListener();
        Conversation conversation = stand.start(listener);
        var socket = stand.transport.socket();
        Receipt receipt = conversation.sendText("A");

        conversation.close();

        assertThat(Events.names(socket.written())).containsExactly("session.update", "A");
        assertThat(Stand.get(receipt.written())).isNull();
        assertThat(listener.heard()).containsExactly("started", "LIVE", "CLOSING", "closed APPLICATION");
    }

    @Test
    void a_listener_that_throws_is_seen_each_time_but_not_after_the_end() {
        Stand stand = watched(watcher);
        RecordingListener listener = new RecordingListener().then(word -> {
            throw new IllegalStateException("thrown on purpose");
        });
        Conversation conversation = stand.start(listener);

        conversation.close();

        assertThat(watcher.seen).filteredOn("listener failed"::equals).hasSize((int) listener.heard().stream()
                .filter(word -> !word.startsWith("closed"))
                .count());
        assertThat(watcher.seen).startsWith("started fake").endsWith("ended APPLICATION");
    }

    @Test
    void what_two_threads_report_is_told_in_the_order_in_which_it_happened() throws Exception {
        CountDownLatch inCall = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Watcher slow = new Watcher() {
            @Override
            void see(String word) {
                super.see(word);
                if (word.startsWith("ANSWERED")) {
                    inCall.countDown();
                    awaitQuietly(release);
                }
            }
        };
        Stand stand = watched(slow);
        Conversation conversation = stand.start();
        Thread loop = new Thread(() -> stand.transport.server().onAnswer(ANSWER));
        loop.start();
        assertThat(inCall.await(Stand.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();

        conversation.close();
        assertThat(slow.seen).last().isEqualTo("ANSWERED 0");
        release.countDown();
        loop.join(10_000);

        assertThat(slow.seen).containsExactly("started fake", "ANSWERED 0", "CLOSED 0", "ended APPLICATION");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
