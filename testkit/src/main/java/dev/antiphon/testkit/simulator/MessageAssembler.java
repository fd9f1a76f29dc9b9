package dev.antiphon.testkit.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Joins the frames of a message (RFC 6455 §5.4). Text is checked as it comes, so that bad UTF-8 fails at
 * the frame that holds it (§8.1). The order of frames has been checked by the frame decoder.
 */
final class MessageAssembler {
    /** A whole message; of {@code text} and {@code bytes} the one that does not apply is empty. */
    static final class Message {
        private final boolean isText;
        private final String text;
        private final byte[] bytes;

        private Message(boolean isText, String text, byte[] bytes) {
            this.isText = isText;
            this.text = text;
            this.bytes = bytes;
        }

        boolean isText() {
            return isText;
        }

        String text() {
            return text;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /** Why the connection must fail. */
    static final class FailureException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int code;

        FailureException(int code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    private final int maxSize;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private StringBuilder text = new StringBuilder();
    private ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private ByteBuffer unfinished = ByteBuffer.allocate(0);
    private boolean isText;
    private int size;

    MessageAssembler(int maxSize) {
        this.maxSize = maxSize;
    }

    /** Takes a data frame; gives the message when it was the last one. */
    Optional<Message> add(WebSocketFrame frame) throws FailureException {
        if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
            isText = frame instanceof TextWebSocketFrame;
            text = new StringBuilder();
            binary = new ByteArrayOutputStream();
            unfinished = ByteBuffer.allocate(0);
            utf8.reset();
            size = 0;
        }
        size += frame.content().readableBytes();
        if (size > maxSize) {
            throw new FailureException(1009, "message longer than " + maxSize + " bytes");
        }
        if (isText) {
            decode(frame.content(), frame.isFinalFragment());
        } else {
            binary.writeBytes(ByteBufUtil.getBytes(frame.content()));
        }
        if (!frame.isFinalFragment()) {
            return Optional.empty();
        }
        Message message = new Message(isText, text.toString(), binary.toByteArray());
        text = new StringBuilder();
        binary = new ByteArrayOutputStream();
        return Optional.of(message);
    }

    private void decode(ByteBuf content, boolean last) throws FailureException {
        ByteBuffer bytes = ByteBuffer.allocate(unfinished.remaining() + content.readableBytes());
        bytes.put(unfinished);
        content.readBytes(bytes);
        bytes.flip();
        CharBuffer characters = CharBuffer.allocate(bytes.remaining() + 1);
        CoderResult result = utf8.decode(bytes, characters, last);
        if (result.isUnderflow() && last) {
            result = utf8.flush(characters);
        }
        if (result.isError()) {
            throw new FailureException(1007, "text is not UTF-8");
        }
        text.append(characters.flip());
        unfinished = bytes;
    }
}
