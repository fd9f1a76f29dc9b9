/**
 * Test doubles and assertions for code that talks through Antiphon. No parameter, result or field is
 * null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit;

import org.jspecify.annotations.NullMarked;
