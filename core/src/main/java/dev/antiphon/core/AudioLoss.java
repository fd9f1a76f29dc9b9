package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;
import java.time.Duration;
import java.util.OptionalInt;

/** Frames that the audio lane dropped since the last report. Guarded by the conversation's lock. */
final class AudioLoss {
    private long overflow;
    private long stale;
    private long bytes;
    private long first;
    private long last;
    private long total;

    void overflow(ClientEvent frame, long sequence) {
        count(frame, sequence);
        overflow++;
    }

    void stale(ClientEvent frame, long sequence) {
        count(frame, sequence);
        stale++;
    }

    private void count(ClientEvent event, long sequence) {
        if (isNone() || sequence < first) {
            first = sequence;
        }
        last = Math.max(last, sequence);
        total++;
        if (event instanceof InputAudioBufferAppend frame) {
            bytes += frame.audio().length();
        }
    }

    boolean isNone() {
        return overflow + stale == 0;
    }

    /** The report; counting starts again. */
    AudioDrop report(OptionalInt bytesPerSecond, boolean recovered) {
        Duration time =
                bytesPerSecond.isEmpty() ? Duration.ZERO : Duration.ofMillis(bytes * 1_000 / bytesPerSecond.getAsInt());
        AudioDrop drop = new AudioDrop(overflow, stale, first, last, time, total, recovered);
        overflow = 0;
        stale = 0;
        bytes = 0;
        first = 0;
        last = 0;
        return drop;
    }
}
