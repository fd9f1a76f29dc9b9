package dev.antiphon.testkit.simulator;

/**
 * Whoever a request came from, without the key: two requests with the same key have equal credentials. The
 * simulator keeps a salted hash only.
 */
public final class Credential {
    static final Credential NONE = new Credential(0);
    static final Credential STRANGER = new Credential(-1);

    private final int number;

    Credential(int number) {
        this.number = number;
    }

    /** Whether the request carried a key at all. */
    public boolean isPresent() {
        return number != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credential credential && credential.number == number;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public String toString() {
        return isPresent() ? "credential-" + number : "no credential";
    }
}
