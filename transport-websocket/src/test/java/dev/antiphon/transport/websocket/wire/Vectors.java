package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Protocol vectors: JSON Lines in {@code src/test/resources/vectors}, read with a plain JSON library. */
public final class Vectors {
    public static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Numbers that JSON allows and no arithmetic reaches. */
    static final List<String> OUT_OF_RANGE = List.of(
            "11e1000000756324625",
            "1e2147483648",
            "10e2147483647",
            "1e-2147483648",
            "1.5e1000000002",
            "-1e-99999999999999999999",
            "0e99999999999999999999");

    private Vectors() {}

    /** Lines end with a line feed only: some strings hold U+2028 and U+2029. */
    public static List<JsonNode> lines(String file) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n"))
                    .filter(line -> !line.isEmpty())
                    .map(JSON::readTree)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Equal JSON values: order of members and spelling of numbers do not matter, absent versus null does. */
    public static void assertEqual(JsonNode actual, JsonNode expected) {
        assertThat(normal(actual)).isEqualTo(normal(expected));
    }

    private static Object normal(JsonNode node) {
        if (node.isObject()) {
            java.util.Map<String, Object> members = new java.util.TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), normal(member.getValue())));
            return members;
        }
        if (node.isArray()) {
            List<Object> elements = new java.util.ArrayList<>();
            node.forEach(element -> elements.add(normal(element)));
            return elements;
        }
        if (node.isNumber()) {
            return node.decimalValue().signum() == 0
                    ? java.math.BigDecimal.ZERO
                    : node.decimalValue().stripTrailingZeros();
        }
        return node.isNull() ? "<null>" : node.isString() ? "text " + node.stringValue() : node.booleanValue();
    }

    /** The frame of a hostile line, expanded. */
    public static byte[] frame(JsonNode line) {
        if (line.has("raw_b64")) {
            return java.util.Base64.getDecoder().decode(line.get("raw_b64").stringValue());
        }
        String raw = line.get("raw").stringValue();
        for (JsonNode step : line.path("expand")) {
            int count = step.get("count").intValue();
            raw = raw.replace(
                    step.get("placeholder").stringValue(),
                    step.get("prefix_unit").stringValue().repeat(count)
                            + step.get("core").stringValue()
                            + step.get("suffix_unit").stringValue().repeat(count));
        }
        return raw.getBytes(StandardCharsets.UTF_8);
    }
}
