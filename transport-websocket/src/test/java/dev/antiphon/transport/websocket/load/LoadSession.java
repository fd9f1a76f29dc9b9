package dev.antiphon.transport.websocket.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection at the server. It counts audio, echoes it if the URL names the model {@code echo}, tells
 * the count when audio is committed, confirms items, and sends a flood of deltas when asked by an event of
 * its own: {@code {"type":"load.audio","events":1000}}.
 */
final class LoadSession extends ChannelInboundHandlerAdapter {
    private static final String ITEM = "item_CnkQ7aBvN8hRkSgX";
    private static final String DELTA_IDS = "\"event_id\":\"event_CnkQ7sZb2mVx9TfY\","
            + "\"response_id\":\"resp_CnkQ7Zr1dJ4uWcLe\",\"item_id\":\"" + ITEM
            + "\",\"output_index\":0,\"content_index\":0,\"delta\":\"";
    private static final byte[] AUDIO_DELTA = ascii("{\"type\":\"response.output_audio.delta\"," + DELTA_IDS);
    private static final byte[] TEXT_DELTA = ascii("{\"type\":\"response.output_text.delta\"," + DELTA_IDS);
    private static final byte[] END = ascii("\"}");
    private static final byte[] APPEND = ascii("{\"type\":\"input_audio_buffer.append\"");
    private static final byte[] AUDIO = ascii("\"audio\":\"");
    private static final Pattern ITEM_ID = Pattern.compile("\"item\":\\{\"id\":\"([^\"]+)\"");
    private static final Pattern EVENTS = Pattern.compile("\"events\":(\\d+)");

    /** PCM of one flooded delta: what a model sends at a time, on average. */
    static final int FLOOD_PCM = 9_000;

    private static final byte[] FLOOD_AUDIO = frame(join(AUDIO_DELTA, flood(), END));
    private static final byte[] FLOOD_TEXT = frame(join(TEXT_DELTA, ascii(" good morning"), END));

    private byte[] received = new byte[512];
    private int length;
    private boolean upgraded;
    private boolean echoes;
    private long appended;

    private byte[] flood = {};
    private long flooding;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        int more = bytes.readableBytes();
        if (length + more > received.length) {
            received = Arrays.copyOf(received, Math.max(2 * received.length, length + more));
        }
        bytes.readBytes(received, length, more);
        bytes.release();
        length += more;
        int used = upgraded ? 0 : upgrade(context);
        while (upgraded) {
            int next = readFrame(context, used);
            if (next < 0) {
                break;
            }
            used = next;
        }
        System.arraycopy(received, used, received, 0, length - used);
        length -= used;
        if (length == 0 && received.length > 512) {
            received = new byte[512];
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    private int upgrade(ChannelHandlerContext context) {
        String head = new String(received, 0, length, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return 0;
        }
        Matcher key = Pattern.compile("(?i)sec-websocket-key:\\s*(\\S+)").matcher(head);
        if (!key.find()) {
            var unused = context.close();
            return length;
        }
        echoes = head.startsWith("GET /v1/realtime?model=echo");
        upgraded = true;
        var unused = context.write(context.alloc()
                .buffer()
                .writeBytes(ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n\r\n")));
        send(context, "{\"type\":\"session.created\",\"event_id\":\"e\",\"session\":{\"id\":\"sess_load\"}}");
        return end + 4;
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest(ascii(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Reads the frame at a place; returns where the next begins, or -1 if this one is not whole. */
    private int readFrame(ChannelHandlerContext context, int at) {
        if (length - at < 6) {
            return -1;
        }
        int size = received[at + 1] & 0x7f;
        int header = size < 126 ? 2 : size == 126 ? 4 : 10;
        if (length - at < header + 4) {
            return -1;
        }
        if (header > 2) {
            size = 0;
            for (int i = header == 4 ? at + 2 : at + 6; i < at + header; i++) {
                size = size << 8 | (received[i] & 0xff);
            }
        }
        int start = at + header + 4;
        if (length - start < size) {
            return -1;
        }
        int opcode = received[at] & 0x0f;
        if (opcode == 8) {
            context.writeAndFlush(context.alloc()
                            .buffer(4)
                            .writeByte(0x88)
                            .writeByte(2)
                            .writeShort(1000))
                    .addListener(ChannelFutureListener.CLOSE);
        } else if (opcode == 1) {
            // Audio that is only counted need not be unmasked.
            if (!isAppend(at + header, start, size) || echoes) {
                unmask(at + header, start, size);
                event(context, start, size);
            }
        }
        return start + size;
    }

    private boolean isAppend(int key, int start, int size) {
        if (size < APPEND.length) {
            return false;
        }
        for (int i = 0; i < APPEND.length; i++) {
            if ((received[start + i] ^ received[key + (i & 3)]) != APPEND[i]) {
                return false;
            }
        }
        appended++;
        return true;
    }

    private void unmask(int key, int start, int size) {
        byte[] mask = Arrays.copyOfRange(received, key, key + 4);
        for (int i = 0; i < size; i++) {
            received[start + i] ^= mask[i & 3];
        }
    }

    private void event(ChannelHandlerContext context, int start, int size) {
        if (startsWith(received, start, size, APPEND)) {
            echo(context, start, size);
            return;
        }
        String text = new String(received, start, size, StandardCharsets.UTF_8);
        if (text.startsWith("{\"type\":\"input_audio_buffer.commit\"")) {
            send(context, "{\"type\":\"input_audio_buffer.committed\",\"item_id\":\"" + appended + "\"}");
        } else if (text.startsWith("{\"type\":\"load.audio\"")) {
            flood(context, FLOOD_AUDIO, text);
        } else if (text.startsWith("{\"type\":\"load.text\"")) {
            flood(context, FLOOD_TEXT, text);
        } else if (text.startsWith("{\"type\":\"conversation.item.create\"")) {
            confirm(context, text);
        } else if (text.startsWith("{\"type\":\"session.update\"")) {
            send(context, "{\"type\":\"session.updated\",\"event_id\":\"e\",\"session\":{\"id\":\"sess_load\"}}");
        }
    }

    private void confirm(ChannelHandlerContext context, String text) {
        Matcher id = ITEM_ID.matcher(text);
        if (id.find()) {
            String item =
                    "\"item\":{\"id\":\"" + id.group(1) + "\",\"type\":\"message\",\"role\":\"user\",\"content\":[]}}";
            send(context, "{\"type\":\"conversation.item.added\",\"event_id\":\"e\"," + item);
            send(context, "{\"type\":\"conversation.item.done\",\"event_id\":\"e\"," + item);
        }
    }

    private void echo(ChannelHandlerContext context, int start, int size) {
        int from = indexOf(AUDIO, start, start + size) + AUDIO.length;
        int to = start + size - END.length;
        byte[] base64 = Arrays.copyOfRange(received, from, to);
        var unused = context.write(context.alloc().buffer().writeBytes(frame(join(AUDIO_DELTA, base64, END))));
    }

    private int indexOf(byte[] what, int from, int end) {
        for (int i = from; i + what.length <= end; i++) {
            if (startsWith(received, i, end - i, what)) {
                return i;
            }
        }
        throw new IllegalStateException("an append without audio");
    }

    private void flood(ChannelHandlerContext context, byte[] frame, String text) {
        Matcher events = EVENTS.matcher(text);
        flooding = events.find() ? Long.parseLong(events.group(1)) : 0;
        flood = frame;
        goOn(context);
    }

    private void goOn(ChannelHandlerContext context) {
        while (flooding > 0 && context.channel().isWritable()) {
            int together = (int) Math.min(flooding, Math.max(1, 60_000 / flood.length));
            ByteBuf batch = context.alloc().buffer(together * flood.length);
            for (int i = 0; i < together; i++) {
                batch.writeBytes(flood);
            }
            flooding -= together;
            var unused = context.writeAndFlush(batch);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        goOn(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, @Nullable Throwable cause) {
        var unused = context.close();
    }

    private static void send(ChannelHandlerContext context, String json) {
        var unused = context.write(context.alloc().buffer().writeBytes(frame(json.getBytes(StandardCharsets.UTF_8))));
    }

    private static byte[] frame(byte[] text) {
        byte[] header = text.length < 126
                ? new byte[] {(byte) 0x81, (byte) text.length}
                : new byte[] {(byte) 0x81, 126, (byte) (text.length >> 8), (byte) text.length};
        return join(header, text);
    }

    private static byte[] flood() {
        byte[] pcm = new byte[FLOOD_PCM];
        new java.util.Random(1).nextBytes(pcm);
        return Base64.getEncoder().encode(pcm);
    }

    private static boolean startsWith(byte[] bytes, int at, int size, byte[] what) {
        return size >= what.length && Arrays.equals(bytes, at, at + what.length, what, 0, what.length);
    }

    private static byte[] join(byte[]... parts) {
        int total = 0;
        for (byte[] part : parts) {
            total += part.length;
        }
        byte[] joined = new byte[total];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
