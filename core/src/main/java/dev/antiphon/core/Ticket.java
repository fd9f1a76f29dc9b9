package dev.antiphon.core;

/** Who wants to know what became of an input. Guarded by the conversation's lock. */
sealed interface Ticket permits InputReceipt, WriteTicket {}
