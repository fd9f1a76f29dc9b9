package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class JsonLinesTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final JsonLines lines = new JsonLines(new PrintStream(out, false, StandardCharsets.UTF_8));

    @Test
    void each_object_is_one_line_of_ascii() {
        lines.write(JsonLines.event("a").put("text", "grüß\n\u2028\ud800"));
        lines.write(JsonLines.event("b"));

        assertThat(written())
                .isEqualTo("{\"event\":\"a\",\"text\":\"gr\\u00FC\\u00DF\\n\\u2028\\uD800\"}\n{\"event\":\"b\"}\n");
    }

    @Test
    void numbers_keep_their_exact_value() {
        ObjectNode line = JsonLines.object();
        line.set("json", JsonLines.parse("{\"a\":1.10,\"b\":12345678901234567890123,\"c\":1e400}"));

        lines.write(line);

        assertThat(written())
                .contains("\"a\":1.10")
                .contains("12345678901234567890123")
                .contains("1E+400");
    }

    private String written() {
        return out.toString(StandardCharsets.US_ASCII);
    }
}
