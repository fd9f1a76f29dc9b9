package dev.antiphon.testkit.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads the frames of a client, RFC 6455 §5, from whatever pieces the network delivers.
 *
 * <p>A data frame is handed on piece by piece, as if the client had fragmented it: so bad text fails at
 * the byte that is wrong and not at the end of its frame. After a violation nothing more is read.
 */
final class ClientFrames extends ByteToMessageDecoder {
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;
    private static final int MAX_CONTROL_PAYLOAD = 125;

    private final int maxFrameBytes;

    // The frame being read; none while its header is not complete.
    private boolean inFrame;
    private boolean fin;
    private int opcode;
    private long payloadLeft;
    private final byte[] mask = new byte[4];
    private int masked;

    /** Whether a message has begun and not ended. */
    private boolean inMessage;

    private boolean failed;

    ClientFrames(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (failed) {
            in.skipBytes(in.readableBytes());
        } else if (inFrame || readHeader(in)) {
            readPayload(in, out);
        }
    }

    private boolean readHeader(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return false;
        }
        int at = in.readerIndex();
        int first = in.getUnsignedByte(at);
        int second = in.getUnsignedByte(at + 1);
        check(first, second);
        int lengthBytes = (second & 0x7f) == 127 ? 8 : (second & 0x7f) == 126 ? 2 : 0;
        int size = 2 + lengthBytes;
        if (in.readableBytes() < size) {
            return false;
        }
        long length = switch (lengthBytes) {
            case 8 -> in.getLong(at + 2);
            case 2 -> in.getUnsignedShort(at + 2);
            default -> second & 0x7f;
        };
        checkLength(lengthBytes, length);
        if (in.readableBytes() < size + mask.length) {
            return false;
        }
        in.skipBytes(size);
        in.readBytes(mask);
        masked = 0;
        fin = (first & 0x80) != 0;
        opcode = first & 0x0f;
        payloadLeft = length;
        inFrame = true;
        return true;
    }

    private void checkLength(int lengthBytes, long length) {
        require(lengthBytes != 2 || length >= 126, "length in more bytes than needed");
        require(lengthBytes != 8 || length > 0xffff || length < 0, "length in more bytes than needed");
        require(length >= 0, "negative length");
        if (length > maxFrameBytes) {
            throw failure(WebSocketCloseStatus.MESSAGE_TOO_BIG, "frame longer than " + maxFrameBytes + " bytes");
        }
    }

    /** What the first two bytes of a frame say. */
    private void check(int first, int second) {
        require((first & 0x70) == 0, "reserved bits set although no extension was negotiated");
        require((second & 0x80) != 0, "unmasked frame from a client");
        int kind = first & 0x0f;
        switch (kind) {
            case CONTINUATION -> require(inMessage, "continuation without a message");
            case TEXT, BINARY -> require(!inMessage, "new message inside a fragmented one");
            case CLOSE, PING, PONG -> {
                require((first & 0x80) != 0, "fragmented control frame");
                require((second & 0x7f) <= MAX_CONTROL_PAYLOAD, "control frame with more than 125 bytes");
                require(kind != CLOSE || (second & 0x7f) != 1, "close frame with half a code");
            }
            default -> throw failure(WebSocketCloseStatus.PROTOCOL_ERROR, "reserved opcode " + kind);
        }
    }

    private void readPayload(ByteBuf in, List<Object> out) {
        if (opcode >= CLOSE) {
            if (in.readableBytes() >= payloadLeft) {
                inFrame = false;
                out.add(controlFrame(take(in)));
            }
        } else if (in.isReadable() || payloadLeft == 0) {
            out.add(piece(take(in)));
            inFrame = payloadLeft > 0;
        }
    }

    /** The rest of the payload, or as much as came, unmasked. */
    private ByteBuf take(ByteBuf in) {
        int length = (int) Math.min(payloadLeft, in.readableBytes());
        ByteBuf taken = in.readBytes(length);
        for (int at = taken.readerIndex(); at < taken.writerIndex(); at++) {
            taken.setByte(at, taken.getByte(at) ^ mask[masked++ & 3]);
        }
        payloadLeft -= length;
        return taken;
    }

    private WebSocketFrame piece(ByteBuf content) {
        boolean begins = !inMessage;
        boolean ends = fin && payloadLeft == 0;
        inMessage = !ends;
        if (!begins) {
            return new ContinuationWebSocketFrame(ends, 0, content);
        }
        return opcode == TEXT ? new TextWebSocketFrame(ends, 0, content) : new BinaryWebSocketFrame(ends, 0, content);
    }

    private WebSocketFrame controlFrame(ByteBuf content) {
        if (opcode == PING) {
            return new PingWebSocketFrame(content);
        } else if (opcode == PONG) {
            return new PongWebSocketFrame(content);
        }
        try {
            checkClose(content);
        } catch (CorruptedWebSocketFrameException e) {
            content.release();
            throw e;
        }
        return new CloseWebSocketFrame(true, 0, content);
    }

    private void checkClose(ByteBuf content) {
        if (!content.isReadable()) {
            return;
        }
        int code = content.getUnsignedShort(content.readerIndex());
        require(WebSocketCloseStatus.isValidStatusCode(code), "close code " + code + " may not travel");
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(content.nioBuffer(content.readerIndex() + 2, content.readableBytes() - 2));
        } catch (CharacterCodingException e) {
            throw failure(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "close reason is not UTF-8");
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw failure(WebSocketCloseStatus.PROTOCOL_ERROR, otherwise);
        }
    }

    private CorruptedWebSocketFrameException failure(WebSocketCloseStatus status, String why) {
        failed = true;
        return new CorruptedWebSocketFrameException(status, why);
    }
}
