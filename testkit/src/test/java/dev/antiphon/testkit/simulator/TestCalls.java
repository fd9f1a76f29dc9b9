package dev.antiphon.testkit.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** Requests with the JDK's HTTP client. */
final class TestCalls {
    static final String OFFER = String.join(
            "\r\n",
            "v=0",
            "o=- 46117317 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0 data",
            "m=audio 9 UDP/TLS/RTP/SAVPF 96 0",
            "c=IN IP4 0.0.0.0",
            "a=mid:0",
            "a=sendrecv",
            "a=rtpmap:96 opus/48000/2",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "c=IN IP4 0.0.0.0",
            "a=mid:data",
            "a=sctp-port:5000",
            "");
    static final String SESSION = "{\"type\":\"realtime\",\"model\":\"gpt-realtime\",\"output_modalities\":[\"text\"]}";

    private TestCalls() {}

    static HttpResponse<String> post(
            RealtimeSimulator simulator, String path, String contentType, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path))
                .timeout(TestSocket.SOON)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body));
        if (!headers.containsKey("Authorization")) {
            request.header("Authorization", "Bearer test-key");
        }
        headers.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.header(name, value);
            }
        });
        return send(request.build());
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return TestSocket.HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static HttpResponse<String> postOffer(RealtimeSimulator simulator, String offer) {
        return post(simulator, "/realtime/calls", "application/sdp", offer, Map.of());
    }

    static HttpResponse<String> postForm(RealtimeSimulator simulator, String boundary, String offer, String session) {
        return post(
                simulator,
                "/realtime/calls",
                "multipart/form-data; boundary=" + boundary,
                form(boundary, offer, session),
                Map.of());
    }

    static String form(String boundary, String offer, String session) {
        return "--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"sdp\"\r\nContent-Type: application/sdp\r\n\r\n"
                + offer + "\r\n--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"session\"\r\nContent-Type: application/json\r\n\r\n"
                + session + "\r\n--" + boundary + "--\r\n";
    }

    /** Creates a call and gives its id. */
    static String createCall(RealtimeSimulator simulator) {
        HttpResponse<String> response = postForm(simulator, "test-boundary", OFFER, SESSION);
        String location = response.headers().firstValue("Location").orElseThrow();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    static HttpResponse<String> hangUp(RealtimeSimulator simulator, String callId) {
        return post(simulator, "/realtime/calls/" + callId + "/hangup", "application/json", "", Map.of());
    }

    static JsonView error(HttpResponse<String> response) {
        return JsonView.parse(response.body()).at("error");
    }
}
