package dev.antiphon.core;

import dev.antiphon.core.model.Role;

/**
 * What one item says.
 *
 * @param itemId the item
 * @param role who speaks
 * @param text so far
 * @param isComplete whether the server said that it is complete
 */
public record TranscriptEntry(String itemId, Role role, String text, boolean isComplete) {
    /** Shows the length of the text only. */
    @Override
    public String toString() {
        return "TranscriptEntry[" + itemId + ", " + role + ", " + text.length() + " characters]";
    }
}
