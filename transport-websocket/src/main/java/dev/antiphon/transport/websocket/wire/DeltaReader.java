package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Audio and text deltas without a tree: nearly everything that a server sends while the model speaks.
 * Whatever is unusual about one, an escape in an id for example, is left to the full codec. Safe for use by
 * any thread.
 */
final class DeltaReader {
    /** A type that is read here. */
    private enum Kind {
        AUDIO("response.output_audio.delta"),
        TEXT("response.output_text.delta"),
        TRANSCRIPT("response.output_audio_transcript.delta"),
        BETA_AUDIO("response.audio.delta"),
        BETA_TEXT("response.text.delta"),
        BETA_TRANSCRIPT("response.audio_transcript.delta");

        private static final List<Kind> ALL = List.of(values());

        final String type;

        Kind(String type) {
            this.type = type;
        }

        static @Nullable Kind at(byte[] text, int start, int end) {
            for (Kind kind : ALL) {
                if (kind.type.length() == end - start && DeltaScan.is(text, start, kind.type)) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** A scan keeps nothing of an event but places; one per thread saves one per event. */
    private static final FastThreadLocal<DeltaScan> SCANS = new FastThreadLocal<>() {
        @Override
        protected DeltaScan initialValue() {
            return new DeltaScan();
        }
    };

    private final FastBase64 base64;
    private final RecentTexts ids = new RecentTexts();

    DeltaReader(FastBase64 base64) {
        this.base64 = base64;
    }

    /** Reads a delta; null if this is something else or not plain enough. */
    @Nullable
    ServerEvent read(byte[] text, int offset, int length) {
        DeltaScan scan = SCANS.get();
        if (!scan.scan(text, offset, length)
                || (scan.found & (DeltaScan.TYPE | DeltaScan.DELTA)) != (DeltaScan.TYPE | DeltaScan.DELTA)) {
            return null;
        }
        Kind kind = Kind.at(text, scan.typeStart, scan.typeEnd);
        if (kind == null) {
            return null;
        }
        return switch (kind) {
            case AUDIO, BETA_AUDIO -> audio(kind.type, text, scan);
            case TEXT, BETA_TEXT -> text(kind.type, text, scan, ResponseEvent.OutputTextDelta::new);
            case TRANSCRIPT, BETA_TRANSCRIPT ->
                text(kind.type, text, scan, ResponseEvent.OutputAudioTranscriptDelta::new);
        };
    }

    private @Nullable ServerEvent audio(String type, byte[] text, DeltaScan scan) {
        byte[] audio = base64.decode(text, scan.deltaStart, scan.deltaEnd - scan.deltaStart);
        if (audio == null) {
            return null;
        }
        String eventId = text(text, scan.eventIdStart, scan.eventIdEnd);
        String responseId = ids.text(text, scan.responseIdStart, scan.responseIdEnd);
        String itemId = ids.text(text, scan.itemIdStart, scan.itemIdEnd);
        RebuiltJson.OfAudio raw =
                new RebuiltJson.OfAudio(type, eventId, responseId, itemId, obfuscation(text, scan), scan, audio);
        return new ResponseEvent.OutputAudioDelta(
                new Envelope(type, eventId, raw), responseId, itemId, scan.outputIndex, scan.contentIndex, raw);
    }

    private interface TextEvent {
        ServerEvent of(
                Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String delta);
    }

    private @Nullable ServerEvent text(String type, byte[] text, DeltaScan scan, TextEvent event) {
        String delta = deltaText(text, scan.deltaStart, scan.deltaEnd);
        if (delta == null) {
            return null;
        }
        String eventId = text(text, scan.eventIdStart, scan.eventIdEnd);
        String responseId = ids.text(text, scan.responseIdStart, scan.responseIdEnd);
        String itemId = ids.text(text, scan.itemIdStart, scan.itemIdEnd);
        RebuiltJson raw =
                new RebuiltJson.OfText(type, eventId, responseId, itemId, obfuscation(text, scan), scan, delta);
        return event.of(
                new Envelope(type, eventId, raw), responseId, itemId, scan.outputIndex, scan.contentIndex, delta);
    }

    /** The text of a span; null if it holds anything that is not allowed. */
    private static @Nullable String deltaText(byte[] text, int start, int end) {
        boolean ascii = true;
        for (int i = start; i < end; i++) {
            byte b = text[i];
            if (b < 0) {
                ascii = false;
            } else if (b == '\\') {
                return EscapedText.in(text, start, end);
            } else if (b < ' ' || b == '"') {
                return null;
            }
        }
        if (ascii) {
            return new String(text, start, end - start, StandardCharsets.ISO_8859_1);
        }
        return Utf8.isValid(text, start, end - start)
                ? new String(text, start, end - start, StandardCharsets.UTF_8)
                : null;
    }

    private static String obfuscation(byte[] text, DeltaScan scan) {
        return text(text, scan.obfuscationStart, scan.obfuscationEnd);
    }

    private static String text(byte[] ascii, int start, int end) {
        return start == end ? "" : new String(ascii, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
