/**
 * JUnit Jupiter 5.10 or newer, 6 included: {@link dev.antiphon.testkit.junit.RealtimeExtension} gives
 * each test a server and conversations of its own and fails tests that leave something behind. No
 * parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.junit;

import org.jspecify.annotations.NullMarked;
