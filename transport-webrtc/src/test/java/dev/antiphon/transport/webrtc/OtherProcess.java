package dev.antiphon.transport.webrtc;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that joins a call which another process created: reads a ticket and a key, a line each, says
 * one text, prints its outcome and hangs up.
 */
final class OtherProcess {
    static final String TEXT = "said by another process";

    private OtherProcess() {}

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        CallTicket ticket = CallTicket.decode(line(in));
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(ticket.baseUrl().toString())
                .credentials(Credentials.apiKey(line(in)))
                .build();
        try (SidebandTransport sideband = SidebandTransport.builder(endpoint).build()) {
            Conversation conversation = RealtimeConversations.builder()
                    .selector(start -> new TransportChoice(sideband.joining(ticket), "a ticket was handed over"))
                    .build()
                    .start(new StartRequest(
                            SessionConfig.builder().model("gpt-realtime").build(), Optional.empty()));
            System.out.println(
                    conversation.sendText(TEXT).outcome().toCompletableFuture().get(20, TimeUnit.SECONDS));
            conversation.close();
            conversation.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private static String line(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("a ticket and a key are needed, a line each");
        }
        return line;
    }
}
