/**
 * The contract of a transport adapter as tests: extend {@link
 * dev.antiphon.testkit.contract.RealtimeTransportContract} and run it. Every rule has an id and a
 * sentence, and a failure says which rule was broken and what was observed. No parameter, result or
 * field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.contract;

import org.jspecify.annotations.NullMarked;
