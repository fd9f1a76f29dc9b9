package dev.antiphon.app;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.WebSocketTransport;

/** The example of the README, which {@link ReadmeIT} compares with it and runs. */
final class ReadmeExample {
    /** Where the answer goes: in an application, to the browser that made the offer. */
    interface Browser {
        void accept(String sdpAnswer);
    }

    private ReadmeExample() {}

    static Conversation start(String url, String key, String offer, Browser browser) {
        // README begin
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(url)
                .credentials(Credentials.apiKey(key))
                .build();
        RealtimeConversations conversations = RealtimeConversations.builder()
                .direct(WebSocketTransport.builder(endpoint).build())
                .sideband(SidebandTransport.builder(endpoint).build())
                .build();

        SessionConfig session =
                SessionConfig.model("gpt-realtime").voice("marin").build();
        StartRequest request = StartRequest.withOffer(session, new SdpOffer(offer)); // or StartRequest.direct(session)
        Conversation conversation = conversations.start(request, new ConversationListener() {
            @Override
            public void onAnswer(SdpAnswer answer) {
                browser.accept(answer.text()); // at once: the sideband is joined behind it
            }

            @Override
            public void onEvent(ServerEvent event) {
                System.out.println(event.type());
            }
        });
        conversation.sendText("The caller's name is Ada."); // waits for the sideband, is sent once, in order
        conversation.requestResponse();
        // README end
        return conversation;
    }
}
