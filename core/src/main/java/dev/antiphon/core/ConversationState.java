package dev.antiphon.core;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RateLimitsUpdated;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.TranscriptionEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * What the events of a conversation add up to: responses, tool calls, transcript, playback, usage,
 * receipts. Applied in the order of arrival, before the event is delivered. Guarded by the
 * conversation's lock.
 */
final class ConversationState {
    final ResponseGate responses;
    final ToolCallLedger toolCalls = new ToolCallLedger();
    final ReceiptLedger receipts;
    final Transcript transcript = new Transcript();
    final PlaybackClock playback;
    final SessionLedger session;
    final UsageTotals usage = new UsageTotals();
    private long events;
    private long decodeErrors;

    ConversationState(SessionConfig start, int maxUnconfirmed, ResponseGate responses) {
        this.responses = responses;
        this.receipts = new ReceiptLedger(maxUnconfirmed, toolCalls);
        this.session = new SessionLedger(start);
        this.playback = new PlaybackClock(outputFormat(start));
    }

    private static AudioFormat outputFormat(SessionConfig session) {
        return session.outputFormat().orElse(AudioFormat.PCM16);
    }

    long events() {
        return events;
    }

    long decodeErrors() {
        return decodeErrors;
    }

    /** Applies one event; returns the tool calls it raises for the first time. */
    List<ToolCall> apply(ServerEvent event, Deferred after) {
        events++;
        if (event instanceof ResponseEvent response) {
            return applyResponse(response, after);
        } else if (event instanceof ConversationEvent conversation) {
            return applyConversation(conversation, after);
        } else if (event instanceof TranscriptionEvent transcription) {
            applyTranscription(transcription);
        } else if (event instanceof ServerError error) {
            applyError(error, after);
        } else if (event instanceof InputAudioBufferEvent.Committed committed) {
            transcript.onCommitted(committed.itemId(), committed.previousItemId());
        } else if (event instanceof RateLimitsUpdated limits) {
            usage.onRateLimits(limits);
        } else if (event instanceof DecodeError) {
            decodeErrors++;
        }
        return List.of();
    }

    private List<ToolCall> applyResponse(ResponseEvent event, Deferred after) {
        if (event instanceof ResponseEvent.OutputAudioDelta delta) {
            playback.onAudio(
                    delta.responseId(),
                    delta.itemId(),
                    delta.contentIndex(),
                    delta.audio().length());
        } else if (event instanceof ResponseEvent.OutputTextDelta delta) {
            transcript.onDelta(delta.itemId(), Role.ASSISTANT, delta.contentIndex(), delta.delta());
        } else if (event instanceof ResponseEvent.OutputAudioTranscriptDelta delta) {
            transcript.onDelta(delta.itemId(), Role.ASSISTANT, delta.contentIndex(), delta.delta());
        } else if (event instanceof ResponseEvent.OutputTextDone done) {
            transcript.onDone(done.itemId(), Role.ASSISTANT, done.contentIndex(), done.text());
        } else if (event instanceof ResponseEvent.OutputAudioTranscriptDone done) {
            transcript.onDone(done.itemId(), Role.ASSISTANT, done.contentIndex(), done.transcript());
        } else if (event instanceof ResponseEvent.OutputItemDone done) {
            return raise(List.of(done.item()));
        } else if (event instanceof ResponseEvent.Created created) {
            responses.onCreated(created.response(), after);
        } else if (event instanceof ResponseEvent.Done done) {
            return applyEndOf(done.response());
        }
        return List.of();
    }

    private List<ToolCall> applyEndOf(Response response) {
        responses.onDone(response);
        response.usage().ifPresent(usage::onResponse);
        if (response.isCancelled()) {
            playback.onCut(response.id());
        }
        return raise(response.output());
    }

    private List<ToolCall> applyConversation(ConversationEvent event, Deferred after) {
        if (event instanceof ConversationEvent.ItemAdded added) {
            placed(added.item(), added.previousItemId(), false, after);
        } else if (event instanceof ConversationEvent.ItemCreated created) {
            placed(created.item(), created.previousItemId(), false, after);
        } else if (event instanceof ConversationEvent.ItemDone done) {
            placed(done.item(), done.previousItemId(), true, after);
            return raise(List.of(done.item()));
        } else if (event instanceof ConversationEvent.ItemTruncated truncated) {
            transcript.onTruncated(truncated.itemId());
        } else if (event instanceof ConversationEvent.ItemDeleted deleted) {
            transcript.onDeleted(deleted.itemId());
        }
        return List.of();
    }

    private void placed(Item item, String previousItemId, boolean complete, Deferred after) {
        InputReceipt receipt = receipts.withItemId(item.id());
        if (receipt != null) {
            receipts.settle(receipt, new Outcome.Acknowledged(), after);
        }
        transcript.onItem(item, previousItemId, complete);
    }

    private void applyTranscription(TranscriptionEvent event) {
        if (event instanceof TranscriptionEvent.Delta delta) {
            transcript.onDelta(delta.itemId(), Role.USER, delta.contentIndex(), delta.delta());
        } else if (event instanceof TranscriptionEvent.Completed done) {
            transcript.onDone(done.itemId(), Role.USER, done.contentIndex(), done.transcript());
            usage.onTranscription(done.usage());
        } else if (event instanceof TranscriptionEvent.Failed) {
            usage.onFailedTranscription();
        }
    }

    private void applyError(ServerError error, Deferred after) {
        String eventId = error.error().eventId();
        responses.onError(error.error(), after);
        session.refused(eventId);
        InputReceipt receipt = receipts.withEventId(eventId);
        if (receipt != null) {
            receipts.settle(
                    receipt,
                    new Outcome.Rejected(error.error().code(), error.error().message()),
                    after);
        }
    }

    private List<ToolCall> raise(List<Item> items) {
        List<ToolCall> raised = new ArrayList<>(0);
        for (Item item : items) {
            if (item instanceof Item.FunctionCall call) {
                toolCalls.raise(call).ifPresent(raised::add);
            }
        }
        return raised;
    }

    /** The control socket is gone: what was said on it since nobody heard. */
    void onConnectionLost(Deferred after) {
        responses.onConnectionLost(after);
        toolCalls.missedSomething();
        playback.clear();
    }

    /** An update of the session may have reached the server. */
    void onSessionUpdated(String eventId, SessionConfig update) {
        session.updated(eventId, update);
        update.outputFormat().ifPresent(playback::useFormat);
    }
}
