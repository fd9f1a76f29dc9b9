package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MultipartBodyTest {
    @Test
    @DisplayName("T-02 parts follow each other with names types and bytes as given")
    void parts_follow_each_other_with_names_types_and_bytes_as_given() {
        MultipartBody body = MultipartBody.of(
                () -> "b1",
                List.of(part("sdp", "application/sdp", "v=0\r\na=x\n"), part("session", "application/json", "{}")));

        assertThat(body.contentType()).isEqualTo("multipart/form-data; boundary=b1");
        assertThat(text(body).lines())
                .containsExactly(
                        "--b1",
                        "Content-Disposition: form-data; name=\"sdp\"",
                        "Content-Type: application/sdp",
                        "",
                        "v=0",
                        "a=x",
                        "",
                        "--b1",
                        "Content-Disposition: form-data; name=\"session\"",
                        "Content-Type: application/json",
                        "",
                        "{}",
                        "--b1--");
        assertThat(text(body)).contains("\r\n\r\nv=0\r\na=x\n\r\n--b1\r\n").endsWith("{}\r\n--b1--\r\n");
    }

    @Test
    @DisplayName("B15 boundary that occurs in a part is not used")
    void boundary_that_occurs_in_a_part_is_not_used() {
        Iterator<String> candidates = List.of("first", "second", "third").iterator();

        MultipartBody body = MultipartBody.of(
                candidates::next,
                List.of(
                        part("sdp", "application/sdp", "v=0\r\n--first--\r\n"),
                        part("session", "application/json", "\"second\"")));

        assertThat(body.contentType()).endsWith("boundary=third");
    }

    @Test
    void boundaries_differ_from_body_to_body() {
        MultipartBody.Part part = part("sdp", "application/sdp", "v=0\r\n");

        assertThat(MultipartBody.of(part).contentType())
                .isNotEqualTo(MultipartBody.of(part).contentType())
                .matches("multipart/form-data; boundary=antiphon-[0-9a-f]{32}");
    }

    @Test
    void bytes_outside_ascii_are_kept() {
        String text = "v=0\r\ns=Grüße \uD83C\uDFB6\r\n";

        MultipartBody body =
                MultipartBody.of(() -> "b", List.of(new MultipartBody.Part("sdp", "application/sdp", text)));

        assertThat(new String(body.bytes(), StandardCharsets.UTF_8)).contains("s=Grüße \uD83C\uDFB6\r\n");
    }

    @Test
    void content_is_not_shown() {
        assertThat(MultipartBody.of(part("sdp", "application/sdp", "secret")))
                .asString()
                .doesNotContain("secret");
    }

    private static MultipartBody.Part part(String name, String type, String text) {
        return new MultipartBody.Part(name, type, text);
    }

    private static String text(MultipartBody body) {
        return new String(body.bytes(), StandardCharsets.UTF_8);
    }
}
