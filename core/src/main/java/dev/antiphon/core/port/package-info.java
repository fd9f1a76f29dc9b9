/**
 * What an adapter sees: the transport it implements, the input it drains and the listener it
 * reports to. An adapter is a pipe; the engine behind these ports keeps all protocol state. No
 * parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.core.port;

import org.jspecify.annotations.NullMarked;
