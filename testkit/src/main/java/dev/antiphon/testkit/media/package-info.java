/**
 * The media of simulated calls, in Java: ICE-lite, DTLS-SRTP, RTP with Opus, and a data channel over SCTP.
 * {@link dev.antiphon.testkit.media.WebRtcPeer} answers a browser's offer and is given to a simulator;
 * {@link dev.antiphon.testkit.media.MediaCaller} is the browser's side, for tests without one. Needs Bouncy
 * Castle's bctls and Concentus on the class path, which the testkit does not bring along by itself. One class
 * for each layer, named after its standard, none of which knows a socket. No parameter, result or field is
 * null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.media;

import org.jspecify.annotations.NullMarked;
