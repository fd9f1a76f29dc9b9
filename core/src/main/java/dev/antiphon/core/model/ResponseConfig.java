package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/**
 * What one response does differently from the session ({@code response.create.response}).
 *
 * @param instructions replaces the session's instructions for this response
 * @param outputModalities {@code audio} or {@code text}
 */
public record ResponseConfig(Optional<String> instructions, Optional<List<String>> outputModalities) {}
