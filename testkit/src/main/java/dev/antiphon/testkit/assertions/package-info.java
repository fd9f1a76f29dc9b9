/**
 * AssertJ assertions about what crossed the wire and what became of a conversation. They wait for what
 * must happen, up to a deadline, and a failure shows what was there. The only package that knows AssertJ.
 * No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.assertions;

import org.jspecify.annotations.NullMarked;
