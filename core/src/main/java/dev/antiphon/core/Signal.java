package dev.antiphon.core;

/** Something a listener hears that is not a server event. */
@FunctionalInterface
interface Signal {
    void tell(ConversationListener listener);
}
