/**
 * A server that speaks the Realtime protocol, for tests, demonstrations and the command line: call
 * creation over HTTP, model, sideband and transcription sockets, a built-in assistant, faults on demand
 * and a journal of all that happened. Start with {@link RealtimeSimulator}. It listens on the loopback
 * interface only and reads and writes JSON on its own, so that it can never share a fault with the
 * adapters it judges. No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.simulator;

import org.jspecify.annotations.NullMarked;
