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

    /** Appends the event of some audio. */
    void write(AudioData audio, ByteBuf out) {
        byte[] bytes = audio.bytes();
        int encoded = FastBase64.encodedLength(bytes.length);
        int length = PREFIX.length + encoded + SUFFIX.length;
        out.ensureWritable(length);
        if (out.hasArray()) {
            int at = out.arrayOffset() + out.writerIndex();
            splice(bytes, encoded, out.array(), at);
            out.writerIndex(out.writerIndex() + length);
        } else {
            byte[] event = new byte[length];
            splice(bytes, encoded, event, 0);
            out.writeBytes(event);
        }
    }

    private void splice(byte[] bytes, int encoded, byte[] to, int at) {
        System.arraycopy(PREFIX, 0, to, at, PREFIX.length);
        base64.encode(bytes, to, at + PREFIX.length);
        System.arraycopy(SUFFIX, 0, to, at + PREFIX.length + encoded, SUFFIX.length);
    }
}
