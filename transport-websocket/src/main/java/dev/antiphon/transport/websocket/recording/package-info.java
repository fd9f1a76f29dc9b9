/**
 * Recordings of what conversations say to their server and hear from it, as lines of JSON that {@code
 * antiphon inspect} reads and a simulator replays. A {@link
 * dev.antiphon.transport.websocket.recording.WireRecorder} goes around any transport. No parameter, result or field is null
 * unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.transport.websocket.recording;

import org.jspecify.annotations.NullMarked;
