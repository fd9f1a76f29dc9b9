package dev.antiphon.core;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.TranscriptionEvent;
import dev.antiphon.core.model.Usage;
import java.util.ArrayList;
import java.util.List;

/**
 * What the events of a conversation add up to: responses, tool calls, transcript, playback, usage,
 * receipts. Applied in the order of arrival, before the event is delivered. Guarded by the
 * conversation's lock.
 */
final class ConversationState {
    /** For a layout whose byte maths nobody knows: as good a guess as any, positions are clamped anyway. */
    private static final int PCM16_BYTES_PER_SECOND = 48_000;

    final ResponseGate responses = new ResponseGate();
    final ToolCallLedger toolCalls = new ToolCallLedger();
    final Transcript transcript = new Transcript();
    final PlaybackClock playback;
    private Usage usage = Usage.NONE;
    private long events;
    private long decodeErrors;

    ConversationState(SessionConfig session) {
        AudioFormat format = session.outputFormat().orElse(AudioFormat.PCM16);
        this.playback = new PlaybackClock(format.bytesPerSecond().orElse(PCM16_BYTES_PER_SECOND) / 1_000.0);
    }

    Usage usage() {
        return usage;
    }

    long events() {
        return events;
    }

    long decodeErrors() {
        return decodeErrors;
    }

    /** Applies one event; returns the tool calls it raises for the first time. */
    List<ToolCall> apply(ServerEvent event, ReceiptLedger receipts, Deferred after) {
        events++;
        if (event instanceof ResponseEvent response) {
            return applyResponse(response, after);
        } else if (event instanceof ConversationEvent conversation) {
            return applyConversation(conversation, receipts, after);
        } else if (event instanceof TranscriptionEvent transcription) {
            applyTranscription(transcription);
        } else if (event instanceof ServerError error) {
            applyError(error, receipts, after);
        } else if (event instanceof DecodeError) {
            decodeErrors++;
        }
        return List.of();
    }

    private List<ToolCall> applyResponse(ResponseEvent event, Deferred after) {
        if (event instanceof ResponseEvent.OutputAudioDelta delta) {
            playback.onAudio(delta.itemId(), delta.contentIndex(), delta.audio().length());
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
            responses.onDone(done.response());
            done.response().usage().ifPresent(used -> usage = usage.plus(used));
            return raise(done.response().output());
        }
        return List.of();
    }

    private List<ToolCall> applyConversation(ConversationEvent event, ReceiptLedger receipts, Deferred after) {
        if (event instanceof ConversationEvent.ItemAdded added) {
            acknowledge(added.item(), receipts, after);
            transcript.onItem(added.item(), added.previousItemId(), false);
        } else if (event instanceof ConversationEvent.ItemCreated created) {
            acknowledge(created.item(), receipts, after);
            transcript.onItem(created.item(), created.previousItemId(), false);
        } else if (event instanceof ConversationEvent.ItemDone done) {
            acknowledge(done.item(), receipts, after);
            transcript.onItem(done.item(), done.previousItemId(), true);
            return raise(List.of(done.item()));
        } else if (event instanceof ConversationEvent.ItemTruncated truncated) {
            transcript.onTruncated(truncated.itemId());
        } else if (event instanceof ConversationEvent.ItemDeleted deleted) {
            transcript.onDeleted(deleted.itemId());
        }
        return List.of();
    }

    private void applyTranscription(TranscriptionEvent event) {
        if (event instanceof TranscriptionEvent.Delta delta) {
            transcript.onDelta(delta.itemId(), Role.USER, delta.contentIndex(), delta.delta());
        } else if (event instanceof TranscriptionEvent.Completed done) {
            transcript.onDone(done.itemId(), Role.USER, done.contentIndex(), done.transcript());
        }
    }

    private void applyError(ServerError error, ReceiptLedger receipts, Deferred after) {
        responses.onError(error.error(), after);
        InputReceipt receipt = receipts.withEventId(error.error().eventId());
        if (receipt != null) {
            String callId = receipt.callId();
            if (callId != null) {
                toolCalls.reopen(callId);
            }
            receipts.settle(
                    receipt,
                    new Outcome.Rejected(error.error().code(), error.error().message()),
                    after);
        }
    }

    private static void acknowledge(Item item, ReceiptLedger receipts, Deferred after) {
        InputReceipt receipt = receipts.withItemId(item.id());
        if (receipt != null) {
            receipts.settle(receipt, new Outcome.Acknowledged(), after);
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
}
