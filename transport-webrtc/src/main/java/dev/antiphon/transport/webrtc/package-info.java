/**
 * The sideband adapter: creates a call from an SDP offer, hands the answer over and joins the call's
 * control socket in the background. No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.transport.webrtc;

import org.jspecify.annotations.NullMarked;
