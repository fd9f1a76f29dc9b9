package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallDeskTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final CallDesk desk = new CallDesk(GatewayLimits.DEFAULT, List.of(), timer);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void a_call_that_is_being_created_at_the_stop_is_hung_up_like_the_others() throws Exception {
        Conversation early = begin(admit("ada"), () -> {});
        GatewayCall creating = admit("eve");

        Conversation late = begin(creating, desk::drain);

        verify(early).close();
        verify(late).close();
        assertThat(desk.awaitEnd(Duration.ZERO)).isTrue();
    }

    @Test
    void a_call_that_cannot_be_hung_up_keeps_none_of_the_others_alive() {
        Conversation one = begin(admit("ada"), () -> {});
        Conversation two = begin(admit("eve"), () -> {});
        doThrow(new IllegalArgumentException("broken")).when(one).close();
        doThrow(new IllegalArgumentException("broken")).when(two).close();

        desk.drain();

        verify(one).close();
        verify(two).close();
    }

    @Test
    void a_client_keeps_as_many_ended_calls_as_it_may_have_the_newest() {
        List<GatewayCall> theirs = endedCalls("ada", 6);
        GatewayCall other = endedCalls("eve", 1).get(0);

        assertThat(theirs)
                .extracting(call -> desk.find(call.id(), "ada").isPresent())
                .containsExactly(false, false, true, true, true, true);
        assertThat(desk.find(other.id(), "eve")).isPresent();
    }

    @Test
    void as_many_ended_calls_are_kept_in_all_as_may_live() {
        List<GatewayCall> ended = IntStream.rangeClosed(0, 100)
                .mapToObj(client -> endedCalls("client" + client, 1).get(0))
                .toList();

        assertThat(ended)
                .filteredOn(call -> desk.find(call.id(), call.client()).isPresent())
                .isEqualTo(ended.subList(1, 101));
    }

    @Test
    void a_call_without_an_answer_is_forgotten_at_once_and_keeps_its_place_until_its_end() {
        GatewayCall call = admit("ada");
        Conversation conversation = begin(call, () -> {});
        doNothing().when(conversation).close();

        desk.drop(call);

        verify(conversation).close();
        assertThat(desk.find(call.id(), "ada")).isEmpty();
        assertThat(desk.live()).isOne();
    }

    private List<GatewayCall> endedCalls(String client, int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> {
                    GatewayCall call = admit(client);
                    begin(call, () -> {}).close();
                    return call;
                })
                .toList();
    }

    private GatewayCall admit(String client) {
        return desk.admit(client).call().orElseThrow();
    }

    /** Creates the call; meanwhile something happens. Its conversation ends when it is closed. */
    private Conversation begin(GatewayCall call, Runnable meanwhile) {
        CompletableFuture<Closure> closed = new CompletableFuture<>();
        Conversation conversation = mock(Conversation.class);
        doAnswer(close -> closed.complete(Closure.requested()))
                .when(conversation)
                .close();
        RealtimeConversations conversations = mock(RealtimeConversations.class);
        when(conversations.start(any(), any())).thenAnswer(start -> {
            meanwhile.run();
            return conversation;
        });
        call.begin(() -> conversations, SessionConfig.model("gpt-realtime").build(), new SdpOffer(GatewayStand.OFFER));
        desk.watch(call, closed);
        return conversation;
    }
}
