/**
 * The gateway: a browser hands in its SDP offer and gets the answer at once, its media flows between it
 * and the model, and this process holds the sideband: tools, transcript, control, the key. {@link
 * dev.antiphon.app.gateway.Gateway} is the whole; {@code CallDesk} owns the calls, {@code GatewayHandler}
 * the HTTP side, {@code EventLog} and {@code EventStream} what browsers hear of a call. No parameter,
 * result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.app.gateway;

import org.jspecify.annotations.NullMarked;
