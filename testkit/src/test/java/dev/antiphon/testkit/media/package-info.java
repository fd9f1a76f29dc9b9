/** Tests of each layer of the media peer, and of calls through all of them. */
@NullMarked
package dev.antiphon.testkit.media;

import org.jspecify.annotations.NullMarked;
