/**
 * Sound of the simulator: a small formant synthesizer, G.711, and detection of speech by energy.
 * Used by the simulated assistant only. No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.simulator.audio;

import org.jspecify.annotations.NullMarked;
