package dev.antiphon.core.model;

/**
 * One JSON value as text, opaque to core.
 *
 * <p>It carries what the typed model does not: tool schemas, members a newer server added, whole
 * events sent or received as they are. Whoever reads it brings a JSON library of their choice.
 *
 * @param text JSON text of exactly one value; not checked here, a codec refuses to send what is not
 *     JSON. In a {@link DecodeError} it is what the server sent, be it JSON or not
 */
public record RawJson(String text) {
    /** Shows the length only: the value may hold a transcript or audio. */
    @Override
    public String toString() {
        return "RawJson[" + text.length() + " characters]";
    }
}
