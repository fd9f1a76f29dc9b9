package dev.antiphon.core;

import dev.antiphon.core.model.RateLimitsUpdated;
import dev.antiphon.core.model.RateLimitsUpdated.RateLimit;
import dev.antiphon.core.model.TranscriptionUsage;
import dev.antiphon.core.model.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a conversation has cost so far and what the server still allows. Guarded by the conversation's lock. */
final class UsageTotals {
    /** Limits remembered by name; servers know two. */
    private static final int MAX_LIMITS = 32;

    private static final TranscriptionUsage NOTHING = new TranscriptionUsage("", 0, 0, 0, 0, 0, 0);

    private final Map<String, RateLimit> limits = new LinkedHashMap<>(2);
    private Usage responses = Usage.NONE;
    private long transcriptions;
    private long failedTranscriptions;
    private TranscriptionUsage transcribed = NOTHING;

    void onResponse(Usage used) {
        responses = responses.plus(used);
    }

    void onTranscription(Optional<TranscriptionUsage> used) {
        transcriptions++;
        used.ifPresent(more -> transcribed = new TranscriptionUsage(
                more.type(),
                transcribed.totalTokens() + more.totalTokens(),
                transcribed.inputTokens() + more.inputTokens(),
                transcribed.outputTokens() + more.outputTokens(),
                transcribed.inputText() + more.inputText(),
                transcribed.inputAudio() + more.inputAudio(),
                transcribed.seconds() + more.seconds()));
    }

    void onFailedTranscription() {
        failedTranscriptions++;
    }

    /** The newest word on each limit; a limit that is not mentioned stays as it was. */
    void onRateLimits(RateLimitsUpdated event) {
        for (RateLimit limit : event.rateLimits()) {
            if (limits.size() < MAX_LIMITS || limits.containsKey(limit.name())) {
                limits.put(limit.name(), limit);
            }
        }
    }

    Usage responses() {
        return responses;
    }

    ConversationSummary.Transcriptions transcriptions() {
        return new ConversationSummary.Transcriptions(transcriptions, failedTranscriptions, transcribed);
    }

    List<RateLimit> rateLimits() {
        return List.copyOf(limits.values());
    }
}
