package dev.antiphon.core;

import dev.antiphon.core.WriteTicket.Place;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ResponseConfig;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.TransportTraits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the application orders and the server does not confirm item by item: responses, interruptions, updates. */
final class Commands {
    private final ConversationEngine engine;
    private final TransportTraits traits;

    Commands(ConversationEngine engine, TransportTraits traits) {
        this.engine = engine;
        this.traits = traits;
    }

    // ------------------------------------------------------------------ responses

    CompletionStage<String> requestResponse(Optional<ResponseConfig> overrides) {
        Optional<String> refusal = traits.refusalOf("response.create");
        if (refusal.isPresent()) {
            return notSent(Outcome.Reason.NOT_ENCODABLE, refusal.get());
        }
        List<CompletionStage<String>> requested = new ArrayList<>(1);
        engine.step(after -> {
            if (!engine.lanes.isClosed()) {
                requested.add(
                        engine.state.responses.request(engine.ids.event(), overrides, engine.lanes.nextSequence()));
            }
        });
        return requested.isEmpty()
                ? notSent(Outcome.Reason.CONVERSATION_CLOSED, "the conversation is ending or has ended")
                : requested.get(0);
    }

    private static <T> CompletionStage<T> notSent(Outcome.Reason reason, String detail) {
        return CompletableFuture.failedStage(new NotSentException(reason, detail));
    }

    CompletionStage<Void> cancelResponse() {
        Optional<CompletionStage<String>> coming = engine.read(engine.state.responses::onItsWay);
        if (coming.isPresent()) {
            // The server ignores a cancel that comes before the response: it is cancelled as it appears.
            return coming.get()
                    .handle((id, none) -> Optional.ofNullable(id))
                    .thenCompose(id -> id.isPresent() ? cancel(id) : CompletableFuture.completedStage(null));
        }
        return cancel(engine.read(engine.state.responses::activeId));
    }

    private CompletionStage<Void> cancel(Optional<String> responseId) {
        Optional<String> named = responseId.filter(id -> !id.isEmpty());
        return write(new ClientEvent.ResponseCancel(engine.ids.event(), named), Place.COMMANDS);
    }

    // ------------------------------------------------------------------ interruptions

    /** Cancels what runs and tells the server what was heard of the item that plays. */
    CompletionStage<Void> interrupt(Optional<Duration> heard) {
        boolean speaks = engine.read(() -> engine.state.responses.isActive()
                || engine.state.responses.onItsWay().isPresent());
        CompletionStage<Void> cancelled = speaks ? cancelResponse() : CompletableFuture.completedStage(null);
        Optional<ClientEvent> trim = engine.read(() -> trim(heard));
        return trim.isEmpty()
                ? cancelled
                : cancelled.thenCombine(write(trim.get(), Place.COMMANDS), (first, second) -> null);
    }

    /** Under the lock: what makes the server forget the audio that was not heard. */
    private Optional<ClientEvent> trim(Optional<Duration> heard) {
        PlaybackClock playback = engine.state.playback;
        String itemId = playback.itemId();
        int contentIndex = playback.contentIndex();
        long position = playback.clamp(heard.orElseGet(playback::heard));
        playback.clear();
        if (engine.hasOffer()) {
            // The peer's audio is at the server: it trims what was not played and tells so.
            return Optional.of(new ClientEvent.OutputAudioBufferClear(engine.ids.event()));
        } else if (position > 0 && !itemId.isEmpty()) {
            return Optional.of(
                    new ClientEvent.ConversationItemTruncate(engine.ids.event(), itemId, contentIndex, position));
        }
        return Optional.empty();
    }

    // ------------------------------------------------------------------ events

    CompletionStage<Void> updateSession(SessionConfig update) {
        Optional<String> refusal = traits.sessions().refusalOf(update);
        if (refusal.isPresent()) {
            return notSent(Outcome.Reason.NOT_ENCODABLE, refusal.get());
        }
        return write(new ClientEvent.SessionUpdate(engine.ids.event(), update), Place.COMMANDS);
    }

    CompletionStage<Void> send(ClientEvent event) {
        return write(event, Place.ORDERED);
    }

    CompletionStage<Void> write(ClientEvent event, Place place) {
        return write(event, place, () -> {});
    }

    /** @param before done under the lock if the event is taken */
    CompletionStage<Void> write(ClientEvent event, Place place, Runnable before) {
        Optional<String> refusal = traits.refusalOf(event);
        if (refusal.isPresent()) {
            return notSent(Outcome.Reason.NOT_ENCODABLE, refusal.get());
        }
        WriteTicket ticket = new WriteTicket(place, engine.setup().stageThreads());
        engine.step(after -> {
            if (engine.lanes.offer(event, ticket, engine.now())) {
                before.run();
            }
        });
        return ticket.stage();
    }
}
