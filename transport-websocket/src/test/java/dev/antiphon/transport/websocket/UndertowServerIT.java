package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A conversation with a server that somebody else wrote, and that ends connections which stay idle. */
@Timeout(60)
class UndertowServerIT extends ConversationFixture {
    private static final Pattern EVENT_TYPE = Pattern.compile("\"type\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern ITEM_ID = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"");
    private static final int IDLE_MILLIS = 1_500;

    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private URI url;

    @BeforeEach
    void start_server() {
        Undertow server = Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(1)
                .addHttpListener(
                        0,
                        "127.0.0.1",
                        Handlers.path().addPrefixPath("/v1/realtime", Handlers.websocket((exchange, channel) -> {
                            channel.setIdleTimeout(IDLE_MILLIS);
                            channel.getReceiveSetter().set(new Realtime());
                            channel.resumeReceives();
                            send(
                                    channel,
                                    "{\"type\":\"session.created\",\"event_id\":\"e1\",\"session\":{\"id\":\"s\"}}");
                        })))
                .build();
        server.start();
        closing(server::stop);
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        url = URI.create("http://127.0.0.1:" + address.getPort() + "/v1");
    }

    private static void send(WebSocketChannel channel, String text) {
        WebSockets.sendText(text, channel, null);
    }

    /** As much of the protocol as two texts and an answer need. */
    private final class Realtime extends AbstractReceiveListener {
        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            String text = message.getData();
            Matcher type = EVENT_TYPE.matcher(text);
            switch (type.find() ? type.group(1) : "") {
                case "session.update" ->
                    send(channel, "{\"type\":\"session.updated\",\"event_id\":\"e2\",\"session\":{\"id\":\"s\"}}");
                case "conversation.item.create" -> {
                    Matcher id = ITEM_ID.matcher(text.substring(text.indexOf("\"item\"")));
                    assertThat(id.find()).isTrue();
                    send(
                            channel,
                            "{\"type\":\"conversation.item.added\",\"event_id\":\"e3\",\"item\":{\"id\":\""
                                    + id.group(1) + "\",\"type\":\"message\",\"role\":\"user\",\"content\":[]}}");
                }
                default -> {}
            }
        }

        @Override
        protected void onCloseMessage(CloseMessage message, WebSocketChannel channel) {
            closeCode.complete(message.getCode());
        }
    }

    @Test
    void a_conversation_is_held_and_closed_by_handshake() throws Exception {
        Conversation conversation = start(url);
        List<Receipt> receipts = say(conversation, 40);

        assertThat(outcomes(receipts)).containsOnly("ACKNOWLEDGED");
        conversation.close();
        assertThat(end(conversation, receipts).isOrderly()).isTrue();
        assertThat(get(closeCode)).isEqualTo(1000);
    }

    @Test
    void pings_keep_an_idle_conversation_open_past_the_servers_idle_time() throws Exception {
        settings.pingInterval(SHORT);
        Conversation kept = start(url);
        heard.await("session.updated");
        settings.pingInterval(Duration.ofMinutes(1));
        Heard second = new Heard();
        Conversation idle = start(url, second);
        second.await("session.updated");

        // The one that stays silent is ended by the server; the other began before it and is still there.
        Closure closure = end(idle);
        assertThat(closure.recoverable()).as("%s", closure).isTrue();
        assertThat(get(kept.sendText("still there?").outcome()).name()).isEqualTo("ACKNOWLEDGED");
    }
}
