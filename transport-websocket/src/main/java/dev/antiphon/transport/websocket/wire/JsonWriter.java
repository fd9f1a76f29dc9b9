package dev.antiphon.transport.websocket.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Trees to JSON text, straight into a buffer. The output is always valid UTF-8: a lone surrogate,
 * which a server may send as an escape, is written as an escape again.
 */
final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuf out;
    private final boolean pretty;
    private int depth;

    private JsonWriter(ByteBuf out, boolean pretty) {
        this.out = out;
        this.pretty = pretty;
    }

    static void write(JsonNode value, ByteBuf out) {
        new JsonWriter(out, false).value(value);
    }

    /** Writes {@code text} as a JSON string. */
    static void writeString(String text, ByteBuf out) {
        new JsonWriter(out, false).string(text);
    }

    /** The JSON text of a tree, on one line. */
    static String text(JsonNode value) {
        return text(value, false);
    }

    /** The JSON text of a tree, one member a line. */
    static String prettyText(JsonNode value) {
        return text(value, true);
    }

    private static String text(JsonNode value, boolean pretty) {
        ByteBuf out = Unpooled.buffer();
        new JsonWriter(out, pretty).value(value);
        return out.toString(StandardCharsets.UTF_8);
    }

    private void value(JsonNode value) {
        if (value.isObject()) {
            object(value);
        } else if (value.isArray()) {
            array(value);
        } else if (value.isString()) {
            string(value.stringValue());
        } else {
            // Numbers, true, false, null: the tree's own text is JSON and ASCII.
            ByteBufUtil.writeAscii(out, value.toString());
        }
    }

    private void object(JsonNode object) {
        out.writeByte('{');
        depth++;
        boolean first = true;
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            next(first);
            first = false;
            string(member.getKey());
            out.writeByte(':');
            if (pretty) {
                out.writeByte(' ');
            }
            value(member.getValue());
        }
        depth--;
        end(first, '}');
    }

    private void array(JsonNode array) {
        out.writeByte('[');
        depth++;
        boolean first = true;
        for (JsonNode element : array) {
            next(first);
            first = false;
            value(element);
        }
        depth--;
        end(first, ']');
    }

    private void next(boolean first) {
        if (!first) {
            out.writeByte(',');
        }
        newLine();
    }

    private void end(boolean empty, char bracket) {
        if (!empty) {
            newLine();
        }
        out.writeByte(bracket);
    }

    private void newLine() {
        if (pretty) {
            out.writeByte('\n');
            for (int i = 0; i < depth; i++) {
                out.writeByte(' ').writeByte(' ');
            }
        }
    }

    private void string(String text) {
        out.writeByte('"');
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            plain(text, plainFrom, i);
            escape(c);
            plainFrom = i + 1;
        }
        plain(text, plainFrom, text.length());
        out.writeByte('"');
    }

    private void plain(String text, int from, int to) {
        if (from < to) {
            ByteBufUtil.writeUtf8(out, text, from, to);
        }
    }

    private void escape(char c) {
        out.writeByte('\\');
        switch (c) {
            case '"', '\\' -> out.writeByte(c);
            case '\n' -> out.writeByte('n');
            case '\r' -> out.writeByte('r');
            case '\t' -> out.writeByte('t');
            default -> {
                out.writeByte('u');
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.writeByte(HEX[c >> shift & 0xF]);
                }
            }
        }
    }
}
