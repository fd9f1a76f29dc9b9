package dev.antiphon.core.model;

/**
 * Who speaks in a message.
 *
 * @param wire the name on the wire; unknown names survive
 */
public record Role(String wire) {
    public static final Role USER = new Role("user");
    public static final Role ASSISTANT = new Role("assistant");
    public static final Role SYSTEM = new Role("system");
    public static final Role DEVELOPER = new Role("developer");

    @Override
    public String toString() {
        return wire;
    }
}
