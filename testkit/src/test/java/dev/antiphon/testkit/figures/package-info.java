/** Programs that measure the testkit; docs/performance.md names their commands. Nothing here is null. */
@NullMarked
package dev.antiphon.testkit.figures;

import org.jspecify.annotations.NullMarked;
