package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import io.netty.channel.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same conversation on every kind of event loop that this machine has. */
@Timeout(60)
class NativeIoIT extends ConversationFixture {
    @ParameterizedTest
    @EnumSource
    void a_conversation_is_held_and_ended(IoKind kind) throws Exception {
        assumeTrue(kind.isAvailable(), kind + " is not available on this machine");
        RealtimeSimulator server = serve();
        NettyResources own = closing(NettyResources.create(1, kind));
        transport = builder -> builder.resources(own);
        RealtimeConversations conversations = conversations(server.baseUrl());

        Conversation conversation = conversations.start(StartRequest.direct(session()), heard);
        List<Receipt> receipts = say(conversation, 20);
        get(conversation.requestResponse());
        heard.await("response.done");

        assertThat(outcomes(receipts)).containsOnly("ACKNOWLEDGED");
        conversation.close();
        assertThat(end(conversation, receipts).isOrderly()).isTrue();
    }

    @Test
    void the_first_available_kind_is_taken_and_there_is_always_one() {
        NettyResources own = closing(NettyResources.create(1));

        Class<? extends Channel> expected = IoKind.EPOLL.isAvailable()
                ? IoKind.EPOLL.channelType()
                : IoKind.IO_URING.isAvailable() ? IoKind.IO_URING.channelType() : IoKind.NIO.channelType();
        assertThat(own.channelType()).isEqualTo(expected);
        assertThat(IoKind.NIO.isAvailable()).isTrue();
    }
}
