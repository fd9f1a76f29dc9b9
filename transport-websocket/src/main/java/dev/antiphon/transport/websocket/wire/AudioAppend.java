package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * {@code input_audio_buffer.append} without a tree: constant text, base64 written where it belongs,
 * constant text. Fifty times a second and conversation, this is most of what is sent.
 */
final class AudioAppend {
    private static final byte[] PREFIX =
            "{\"type\":\"input_audio_buffer.append\",\"audio\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SUFFIX = "\"}".getBytes(StandardCharsets.US_ASCII);

    private final FastBase64 base64;

    AudioAppend(FastBase64 base64) {
        this.base64 = base64;
    }

    /** Whether an event is only its audio, and that is at hand as bytes. */
    static boolean fits(ClientEvent.InputAudioBufferAppend event) {
        return event.eventId().isEmpty() && !(event.audio() instanceof Base64Audio);
    }

    /** Appends the event of some audio; without garbage where the buffer is an array and empty. */
    void write(AudioData audio, ByteBuf out) {
        byte[] bytes = audio.bytes();
        int encoded = FastBase64.encodedLength(bytes.length);
        int length = PREFIX.length + encoded + SUFFIX.length;
        out.ensureWritable(length);
        if (out.hasArray() && out.arrayOffset() == 0 && out.writerIndex() == 0) {
            splice(bytes, encoded, out.array());
            out.writerIndex(length);
        } else {
            byte[] event = new byte[length];
            splice(bytes, encoded, event);
            out.writeBytes(event);
        }
    }

    /** The base64 first: it needs the start of the array, see {@link FastBase64#encode}. */
    private void splice(byte[] bytes, int encoded, byte[] to) {
        base64.encode(bytes, to, PREFIX.length);
        System.arraycopy(PREFIX, 0, to, 0, PREFIX.length);
        System.arraycopy(SUFFIX, 0, to, PREFIX.length + encoded, SUFFIX.length);
    }
}
