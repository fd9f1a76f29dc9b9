/**
 * Decides from the outside whether promises were kept: a {@link dev.antiphon.testkit.history.History}
 * holds what the client's ledger and the server's journal saw of some conversations, and
 * {@link dev.antiphon.testkit.history.HistoryChecker} names every {@link
 * dev.antiphon.testkit.history.Guarantee} that it breaks. Nothing here asks the engine what it thinks.
 * No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.history;

import org.jspecify.annotations.NullMarked;
