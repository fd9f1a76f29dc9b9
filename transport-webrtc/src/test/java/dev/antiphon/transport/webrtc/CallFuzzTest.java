package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.netty.handler.codec.http.multipart.MemoryAttribute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Call creation: whatever a server answers, and whatever an offer holds. */
class CallFuzzTest {
    private static final RealtimeEndpoint ENDPOINT = RealtimeEndpoint.builder("http://127.0.0.1:1/v1")
            .credentials(Credentials.apiKey("fuzz"))
            .build();
    private static final SdpOffer OFFER = SidebandFixture.OFFER;
    private static final String SEPARATOR = "\0";

    /** A Location header and a body. */
    static Stream<byte[]> answers() throws IOException {
        Stream<String> vectors = CallVectorsIT.vectors()
                .map(line -> line.text("response.headers.Location") + SEPARATOR + line.text("response.body"));
        return Stream.concat(
                        vectors,
                        Stream.of(
                                "https://h:1/v1/realtime/calls/calls/rtc_x?y=/rtc_z" + SEPARATOR + OFFER.text(),
                                "//h/../..;p=%2e%2e" + SEPARATOR + "<html>"))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("answers")
    @FuzzTest(maxDuration = "35s")
    void an_answer_is_handed_over_whole_or_refused(byte[] answer) {
        int separator = separatorIn(answer);
        String location = new String(answer, 0, separator, StandardCharsets.ISO_8859_1);
        byte[] body = Arrays.copyOfRange(answer, Math.min(separator + 1, answer.length), answer.length);

        AnswerCheck.Result checked = AnswerCheck.of(body, Optional.of(location), OFFER, AnswerRigour.CONNECTABLE);
        Optional<CallId> call = ENDPOINT.dialect().callIdIn(location).map(CallId::new);

        checked.answer()
                .ifPresent(sdp ->
                        assertThat(sdp.text().getBytes(StandardCharsets.UTF_8)).isEqualTo(body));
        assertThat(checked.answer().isPresent() || checked.defect().isPresent()).isTrue();
        checked.defect().ifPresent(defect -> assertThat(defect).isNotBlank().hasSizeLessThan(150));
        call.ifPresent(id -> {
            assertThat(location).contains(id.value());
            assertThat(ENDPOINT.sidebandUrl(id.value()))
                    .hasToString("ws://127.0.0.1:1/v1/realtime?call_id=" + id.value());
            assertThat(ENDPOINT.hangupUrl(id.value()))
                    .hasToString("http://127.0.0.1:1/v1/realtime/calls/" + id.value() + "/hangup");
        });
    }

    static Stream<byte[]> offers() {
        return Stream.of(
                        OFFER.text(),
                        "v=0\r\n" + SEPARATOR + "{}",
                        "--x\r\n\r\n--x--" + SEPARATOR + "--antiphon-\r\n",
                        "")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /** Read back by a parser that is not ours. */
    @MethodSource("offers")
    @FuzzTest(maxDuration = "35s")
    void parts_arrive_byte_for_byte(byte[] parts) throws IOException {
        int separator = separatorIn(parts);
        String sdp = new String(parts, 0, separator, StandardCharsets.UTF_8);
        String session = new String(
                parts,
                Math.min(separator + 1, parts.length),
                Math.max(0, parts.length - separator - 1),
                StandardCharsets.UTF_8);

        // The first boundaries may occur in the parts, the last never does.
        Iterator<String> boundaries =
                List.of("-", "x", "antiphon", "antiphon-0").iterator();
        MultipartBody body = MultipartBody.of(
                () -> boundaries.hasNext() ? boundaries.next() : "boundary-" + System.nanoTime(),
                List.of(
                        new MultipartBody.Part("sdp", "application/sdp", sdp),
                        new MultipartBody.Part("session", "application/json", session)));

        HttpPostRequestDecoder decoder = decoder(body);
        try {
            List<InterfaceHttpData> read = decoder.getBodyHttpDatas();
            assertThat(read).hasSize(2);
            assertThat(text(read.get(0), "sdp")).isEqualTo(sdp);
            assertThat(text(read.get(1), "session")).isEqualTo(session);
        } finally {
            decoder.destroy();
        }
    }

    /** The caller destroys it. */
    private static HttpPostRequestDecoder decoder(MultipartBody body) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/realtime/calls", Unpooled.wrappedBuffer(body.bytes()));
        request.headers().set("Content-Type", body.contentType());
        return new HttpPostRequestDecoder(new DefaultHttpDataFactory(false), request);
    }

    private static String text(InterfaceHttpData part, String name) throws IOException {
        assertThat(part.getName()).isEqualTo(name);
        return new String(((MemoryAttribute) part).get(), StandardCharsets.UTF_8);
    }

    private static int separatorIn(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return bytes.length;
    }
}
