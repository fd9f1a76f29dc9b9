package dev.antiphon.core;

import dev.antiphon.core.ConversationLimits.WhenFull;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.port.TransportTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The door for texts and hand-off outputs: makes their events and receipts, and puts them into their lanes. */
final class ItemInput {
    private final ConversationEngine engine;
    private final Optional<String> unsupported;

    ItemInput(ConversationEngine engine, TransportTraits traits) {
        this.engine = engine;
        this.unsupported = traits.refusalOf("conversation.item.create");
    }

    List<Receipt> sendTexts(Role role, List<String> texts) {
        List<Item.Message> messages = new ArrayList<>(texts.size());
        for (String text : texts) {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("a text must not be empty");
            }
            messages.add(new Item.Message(
                    engine.ids.item(), role, Item.text(role, text).content()));
        }
        return waitsForRoom() ? inManySteps(messages) : inOneStep(messages);
    }

    private boolean waitsForRoom() {
        return engine.setup().limits().text().whenFull().policy() == WhenFull.Policy.AWAIT;
    }

    private List<Receipt> inOneStep(List<Item.Message> messages) {
        List<Receipt> receipts = new ArrayList<>(messages.size());
        engine.step(after -> messages.forEach(message -> receipts.add(offerText(message, after))));
        return List.copyOf(receipts);
    }

    /** Who waits for room must let those before it leave. */
    private List<Receipt> inManySteps(List<Item.Message> messages) {
        List<Receipt> receipts = new ArrayList<>(messages.size());
        messages.forEach(message -> engine.step(after -> receipts.add(offerText(message, after))));
        return List.copyOf(receipts);
    }

    private Receipt offerText(Item.Message message, Deferred after) {
        return offer(receipt(InputReceipt.Kind.TEXT, message), message, after);
    }

    Receipt sendHandoffOutput(HandoffOutput output) {
        Item item = new Item.FunctionCallOutput(engine.ids.item(), output.callId(), output.output());
        InputReceipt receipt = receipt(InputReceipt.Kind.HANDOFF, item);
        engine.step(after -> answer(output.callId(), receipt, item, after));
        return receipt;
    }

    private InputReceipt receipt(InputReceipt.Kind kind, Item item) {
        return new InputReceipt(
                kind, engine.ids.event(), item.id(), engine.setup().stageThreads());
    }

    /** Under the lock: an answer to a call that is open, as far as we know. */
    private void answer(String callId, InputReceipt receipt, Item item, Deferred after) {
        Optional<Outcome.Reason> refusal =
                engine.lanes.isClosed() ? Optional.empty() : engine.state.toolCalls.answer(callId);
        if (refusal.isPresent()) {
            refuse(receipt, refusal.get(), "the tool call is " + describe(refusal.get()));
            return;
        }
        receipt.answers(callId);
        offer(receipt, item, after);
        if (!receipt.isAccepted()) {
            engine.state.toolCalls.reopen(callId);
        }
    }

    /** Under the lock. */
    private InputReceipt offer(InputReceipt receipt, Item item, Deferred after) {
        if (unsupported.isPresent()) {
            return refuse(receipt, Outcome.Reason.NOT_ENCODABLE, unsupported.get());
        }
        ClientEvent event = new ClientEvent.ConversationItemCreate(receipt.eventId(), Optional.empty(), item);
        engine.lanes.offer(receipt, event, engine.now(), after);
        return receipt;
    }

    private InputReceipt refuse(InputReceipt receipt, Outcome.Reason reason, String detail) {
        ItemCounts counts = engine.state.receipts.counts(receipt.kind());
        counts.offered++;
        counts.refused++;
        return receipt.refused(reason, detail);
    }

    private static String describe(Outcome.Reason refusal) {
        return refusal == Outcome.Reason.ALREADY_ANSWERED ? "answered already" : "not one of this conversation";
    }
}
