/**
 * Figures of {@code docs/performance.md}, measured by programs that are run on demand. No parameter,
 * result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.app.figures;

import org.jspecify.annotations.NullMarked;
