package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.startsWith;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SessionConfig;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

class CallActionsTest {
    private final CallDesk desk = mock(CallDesk.class);
    private final Exchange exchange = mock(Exchange.class);
    private final SessionConfig session = SessionConfig.model("gpt-realtime").build();
    private final CallActions actions = new CallActions(
            desk,
            () -> mock(RealtimeConversations.class),
            session,
            GatewaySettings.local(0, session),
            mock(KeyWatch.class),
            new GatewayMetrics(),
            Runnable::run,
            mock(ScheduledExecutorService.class));

    @Test
    void a_mistake_while_a_body_is_handled_is_answered() {
        GatewayCall call = mock(GatewayCall.class);
        when(call.type("hello")).thenThrow(new IllegalArgumentException("broken"));
        when(desk.find("id", "ada")).thenReturn(Optional.of(call));
        arrives("application/json", "{\"text\":\"hello\"}");

        actions.text(exchange, "id", "ada");

        ArgumentCaptor<Problem> answer = ArgumentCaptor.forClass(Problem.class);
        verify(exchange).problem(answer.capture(), startsWith("urn:uuid:"));
        assertThat(answer.getValue().status()).isEqualTo(500);
    }

    private void arrives(String type, String text) {
        RequestBody body = mock(RequestBody.class);
        when(body.read(anyInt(), any()))
                .thenReturn(CompletableFuture.completedFuture(text.getBytes(StandardCharsets.UTF_8)));
        when(exchange.contentType()).thenReturn(type);
        when(exchange.request()).thenReturn(mock(Request.class));
        when(exchange.body()).thenReturn(body);
    }
}
