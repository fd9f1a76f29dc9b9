package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.Restoration.Begun;
import dev.antiphon.core.Restoration.Missing;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A direct conversation that was lost, begun again by the application's wish. */
class RestorationTest {
    private final LinkedBlockingQueue<Restoration> lost = new LinkedBlockingQueue<>();
    private final Stand stand = new Stand(builder -> builder.onLost(lost::add));
    private final Conversation conversation = stand.conversations.start(Stand.DIRECT);

    private static Closure broken() {
        return Closure.failed(new TransportException(Fault.CONNECTION_LOST, "gone"));
    }

    private Restoration restoration() throws InterruptedException {
        Restoration told = lost.poll(Stand.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(told).as("the hook was called").isNotNull();
        return told;
    }

    @Test
    void whole_texts_of_all_sides_are_said_again_in_order() throws Exception {
        stand.transport.socket();
        stand.receive(Events.heardDone("item_1", "How are you?"));
        stand.receive(Events.spokenDone("item_2", "Very well."));
        stand.transport.server().onClosed(broken());

        Begun begun = restoration().begin(stand.conversations, new RecordingListener());
        FakeSocket socket = stand.transport.socket();

        assertThat(begun.texts()).hasSize(2);
        assertThat(Events.names(socket.written()))
                .containsExactly("session.update", "How are you?", "assistant: Very well.");
        begun.conversation().close();
    }

    @Test
    void what_cannot_be_said_again_is_counted() throws Exception {
        stand.transport.socket();
        stand.receive(Events.heardDone("item_1", "How are you?"));
        stand.receive(Events.spoken("item_2", "Very we"));
        conversation.offerAudio(new byte[960]);
        conversation.sendText("not confirmed");
        stand.transport.server().onClosed(broken());

        Restoration restoration = restoration();

        assertThat(restoration.entries()).extracting(TranscriptEntry::text).containsExactly("How are you?");
        assertThat(restoration.missing()).isEqualTo(new Missing(1, 0, 0, 1, 1));
        assertThat(restoration.missing().isNothing()).isFalse();
        assertThat(restoration.closure().fault()).contains(Fault.CONNECTION_LOST);
        assertThat(restoration.toString()).doesNotContain("How are you?");
    }

    @Test
    void of_a_long_conversation_the_newest_texts_are_said_again() throws Exception {
        stand.transport.socket();
        List<String> said = new ArrayList<>();
        for (int each = 0; each < 60; each++) {
            said.add("text " + each);
            stand.receive(Events.heardDone("item_" + each, "text " + each));
        }
        stand.transport.server().onClosed(broken());

        Restoration restoration = restoration();

        assertThat(restoration.entries()).extracting(TranscriptEntry::text).isEqualTo(said.subList(12, 60));
        assertThat(restoration.entries()).extracting(TranscriptEntry::role).containsOnly(Role.USER);
        assertThat(restoration.missing().olderTexts()).isEqualTo(12);
    }

    @Test
    void an_end_that_somebody_wanted_or_that_would_come_again_calls_nobody() throws Exception {
        stand.transport.socket();
        conversation.close();
        Stand.get(conversation.closed());
        Conversation refused = stand.conversations.start(Stand.DIRECT);
        stand.transport.server().onClosed(Closure.failed(new TransportException(Fault.UPGRADE_REFUSED, "401")));
        Stand.get(refused.closed());
        Conversation withPeer = stand.start();
        stand.transport.server().onClosed(broken());
        Stand.get(withPeer.closed());

        // The one that is lost comes last, so that nothing can follow it.
        Conversation direct = stand.conversations.start(Stand.DIRECT);
        stand.transport.server().onClosed(broken());
        Stand.get(direct.closed());

        assertThat(restoration().closure().fault()).contains(Fault.CONNECTION_LOST);
        assertThat(lost).isEmpty();
    }

    @Test
    void a_conversation_that_lives_or_has_a_peer_cannot_be_restored() {
        assertThatThrownBy(() -> Restoration.of(conversation, Stand.DIRECT)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Restoration.of(conversation, Stand.WITH_OFFER))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
