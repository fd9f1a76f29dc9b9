package dev.antiphon.core;

import static dev.antiphon.core.Events.names;
import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.ConversationLimits.AudioWhenFull;
import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Writers of every kind that the port allows, and some that it does not: what becomes of what they are given. */
class InputDrainTest {
    private static final Duration CLOSE = ConversationLimits.DEFAULT.close();

    private final Stand stand = new Stand();
    private final Conversation conversation = stand.start();

    /** A writer with a wide window whose stages the test decides. */
    private static class Writer implements InputWriter {
        final List<ClientEvent> events = new ArrayList<>();
        int flushes;

        @Nullable
        CompletionStage<Void> next = CompletableFuture.completedFuture(null);

        @Override
        @SuppressWarnings("NullAway") // a writer that breaks the port's contract
        public CompletionStage<Void> write(ClientEvent event) {
            events.add(event);
            return next;
        }

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public int windowBytes() {
            return 64 << 10;
        }

        List<String> written() {
            return names(events);
        }
    }

    private static FakeSocket wide() {
        FakeSocket socket = new FakeSocket();
        socket.windowBytes = 64 << 10;
        socket.holds = true;
        return socket;
    }

    private static boolean isWritten(Receipt receipt) {
        return receipt.written().toCompletableFuture().isDone();
    }

    @Test
    void each_event_has_the_fate_of_its_own_stage_in_whatever_order_they_are_decided() {
        FakeSocket socket = wide();
        List<Receipt> texts =
                List.of(conversation.sendText("a"), conversation.sendText("b"), conversation.sendText("c"));
        stand.transport.connect(socket);
        assertThat(names(socket.written())).containsExactly("session.update", "a", "b", "c");

        socket.pending.get(2).complete(null);

        assertThat(texts).extracting(InputDrainTest::isWritten).containsExactly(false, true, false);
        socket.pending.get(3).completeExceptionally(new NotWrittenException("not a byte"));
        socket.pending.get(1).complete(null);
        assertThat(texts).extracting(InputDrainTest::isWritten).containsExactly(true, true, false);
        stand.transport.server().onJoining(1);
        assertThat(names(stand.transport.socket().written())).containsExactly("session.update", "c");
    }

    @Test
    void events_with_one_stage_are_written_together_and_flushed_once() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        List<Receipt> texts = List.of(conversation.sendText("a"), conversation.sendText("b"));
        Writer writer = new Writer();
        writer.next = stage;
        stand.transport.connect(writer);
        assertThat(writer.written()).containsExactly("session.update", "a", "b");
        assertThat(writer.flushes).isEqualTo(1);
        assertThat(texts).noneMatch(InputDrainTest::isWritten);

        stage.complete(null);

        assertThat(texts).allMatch(InputDrainTest::isWritten);
    }

    @Test
    void a_stage_that_cannot_be_asked_is_listened_to() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        Writer writer = new Writer();
        writer.next = stage.minimalCompletionStage();
        Receipt text = conversation.sendText("a");
        stand.transport.connect(writer);
        assertThat(isWritten(text)).isFalse();

        stage.complete(null);

        assertThat(isWritten(text)).isTrue();
    }

    @Test
    void what_a_writer_took_without_a_stage_is_in_doubt_and_it_gets_nothing_more() {
        Writer writer = new Writer();
        writer.next = null;
        stand.transport.connect(writer);

        Receipt later = conversation.sendText("a");

        assertThat(writer.written()).containsExactly("session.update");
        stand.transport.server().onJoining(1);
        stand.transport.socket();
        assertThat(isWritten(later)).isTrue();
    }

    @Test
    void what_was_written_behind_a_stage_that_refuses_listeners_is_in_doubt() {
        Writer writer = new Writer();
        stand.transport.connect(writer);
        writer.next = new CompletableFuture<>() {
            @Override
            public CompletableFuture<Void> whenComplete(
                    java.util.function.BiConsumer<? super Void, ? super Throwable> action) {
                throw new IllegalStateException("thrown on purpose");
            }
        };

        Receipt text = conversation.sendText("a");

        assertThat(fate(text)).isEqualTo("UNKNOWN(CONNECTION_LOST)");
    }

    @Test
    void a_writer_whose_flush_throws_is_given_nothing_more_and_named_if_its_transport_is_silent() {
        Writer writer = new Writer() {
            @Override
            public void flush() {
                throw new IllegalStateException("thrown on purpose");
            }
        };
        stand.transport.connect(writer);

        conversation.sendText("a");

        assertThat(writer.written()).containsExactly("session.update");
        stand.pass(CLOSE);
        assertThat(conversation.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void input_keeps_its_place_when_the_executor_of_a_writer_is_gone() {
        Writer gone = new Writer() {
            @Override
            public Executor executor() {
                return task -> {
                    throw new RejectedExecutionException("thrown on purpose");
                };
            }
        };
        Receipt text = conversation.sendText("a");
        stand.transport.connect(gone);
        assertThat(gone.written()).isEmpty();

        stand.transport.server().onJoining(1);
        stand.transport.socket();

        assertThat(isWritten(text)).isTrue();
    }

    @Test
    void a_conversation_whose_writer_lost_its_executor_ends_if_its_transport_is_silent() {
        stand.transport.connect(new Writer() {
            @Override
            public Executor executor() {
                return task -> {
                    throw new RejectedExecutionException("thrown on purpose");
                };
            }
        });

        stand.pass(CLOSE);

        assertThat(conversation.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void a_writer_that_was_stopped_is_given_nothing_of_what_was_staged_for_it() {
        for (int i = 0; i < 20; i++) {
            conversation.offerAudio(new byte[] {(byte) i, 0});
        }
        Writer writer = new Writer() {
            @Override
            public CompletionStage<Void> write(ClientEvent event) {
                if (events.size() == 4) {
                    conversation.close();
                }
                return super.write(event);
            }
        };

        stand.transport.connect(writer);

        assertThat(writer.written()).hasSize(5);
        assertThat(conversation.summary().audio().written()
                        + conversation.summary().audio().droppedClosed())
                .isEqualTo(20);
    }

    @Test
    void frames_that_were_staged_for_a_writer_that_breaks_go_to_the_next_one() {
        ManualExecutor loop = new ManualExecutor();
        CompletableFuture<Void> first = new CompletableFuture<>();
        Writer writer = new Writer() {
            @Override
            public Executor executor() {
                return loop;
            }

            @Override
            public CompletionStage<Void> write(ClientEvent event) {
                if (events.size() == 4) {
                    first.completeExceptionally(new IllegalStateException("reset"));
                }
                return super.write(event);
            }
        };
        writer.next = first;
        stand.transport.connect(writer);
        loop.runAll();
        writer.next = new CompletableFuture<>();
        for (int i = 0; i < 8; i++) {
            conversation.offerAudio(new byte[] {(byte) i, 0});
        }

        loop.runAll();

        assertThat(writer.written()).containsExactly("session.update", "audio0", "audio1", "audio2", "audio3");
        stand.transport.server().onJoining(1);
        assertThat(names(stand.transport.socket().written()))
                .containsExactly("session.update", "audio4", "audio5", "audio6", "audio7");
    }

    @Test
    void frames_found_too_old_on_their_way_out_are_told_at_once() {
        RecordingListener listener = new RecordingListener();
        Stand direct = new Stand(builder -> builder.listenerExecutor(Runnable::run)
                .limits(ConversationLimits.DEFAULT.withAudio(
                        8, Optional.of(Duration.ofSeconds(1)), AudioWhenFull.DROP_OLDEST)));
        Conversation stale = direct.start(listener);
        stale.offerAudio(new byte[] {1, 0});
        direct.pass(Duration.ofSeconds(2));

        direct.transport.socket();

        assertThat(listener.heard()).contains("dropped 1");
    }
}
