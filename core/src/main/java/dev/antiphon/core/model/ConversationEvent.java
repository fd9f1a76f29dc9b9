package dev.antiphon.core.model;

/** {@code conversation.*} about the default conversation and its items. */
public sealed interface ConversationEvent extends ServerEvent {

    /**
     * {@code conversation.created}. Not every server sends it: never wait for it.
     *
     * @param conversationId {@code conv_…}, or an empty string
     */
    record Created(Envelope envelope, String conversationId) implements ConversationEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.conversationCreated(this);
        }
    }

    /**
     * {@code conversation.item.added}.
     *
     * @param previousItemId id of the item before it, empty for the first or where the server does not say
     */
    record ItemAdded(Envelope envelope, Item item, String previousItemId) implements ConversationEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.itemAdded(this);
        }
    }

    /** {@code conversation.item.done}: the item is complete; audio bytes are left out. */
    record ItemDone(Envelope envelope, Item item, String previousItemId) implements ConversationEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.itemDone(this);
        }
    }

    /** {@code conversation.item.created}: the name older servers use for added and done. */
    record ItemCreated(Envelope envelope, Item item, String previousItemId) implements ConversationEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.itemCreated(this);
        }
    }

    /** {@code conversation.item.retrieved}: the answer to {@code conversation.item.retrieve}, with audio bytes. */
    record ItemRetrieved(Envelope envelope, Item item) implements ConversationEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.itemRetrieved(this);
        }
    }

    /** {@code conversation.item.truncated} */
    record ItemTruncated(Envelope envelope, String itemId, int contentIndex, long audioEndMillis)
            implements ConversationEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.itemTruncated(this);
        }
    }

    /** {@code conversation.item.deleted} */
    record ItemDeleted(Envelope envelope, String itemId) implements ConversationEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.itemDeleted(this);
        }
    }
}
