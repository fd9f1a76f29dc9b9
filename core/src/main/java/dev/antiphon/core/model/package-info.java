/**
 * Values of the Realtime protocol and of a conversation: events both ways, session configuration,
 * SDP texts, the end of a conversation. Immutable and valid from construction; shared by
 * applications, the engine and adapters. No parameter, result or field is null unless its Javadoc
 * says so.
 */
@NullMarked
package dev.antiphon.core.model;

import org.jspecify.annotations.NullMarked;
