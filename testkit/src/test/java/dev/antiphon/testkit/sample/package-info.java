/**
 * A complete small adapter, printed whole in {@code docs/writing-an-adapter.md}. No parameter, result
 * or field is null unless marked.
 */
@NullMarked
package dev.antiphon.testkit.sample;

import org.jspecify.annotations.NullMarked;
