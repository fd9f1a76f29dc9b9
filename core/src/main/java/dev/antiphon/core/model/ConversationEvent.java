package dev.antiphon.core.model;

/** {@code conversation.*} about items of the default conversation. */
public sealed interface ConversationEvent extends ServerEvent {
    /**
     * {@code conversation.item.added}.
     *
     * @param previousItemId id of the item before it, empty for the first or where the server does not say
     */
    record ItemAdded(Envelope envelope, Item item, String previousItemId) implements ConversationEvent {}

    /** {@code conversation.item.done}: the item is complete; audio bytes are left out. */
    record ItemDone(Envelope envelope, Item item, String previousItemId) implements ConversationEvent {}

    /** {@code conversation.item.created}: the name older servers use for added and done. */
    record ItemCreated(Envelope envelope, Item item, String previousItemId) implements ConversationEvent {}

    /** {@code conversation.item.truncated} */
    record ItemTruncated(Envelope envelope, String itemId, int contentIndex, long audioEndMillis)
            implements ConversationEvent {}

    /** {@code conversation.item.deleted} */
    record ItemDeleted(Envelope envelope, String itemId) implements ConversationEvent {}
}
