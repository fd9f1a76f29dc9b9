package dev.antiphon.core.model;

import java.util.Optional;
import java.util.function.Function;

/**
 * A member of a configuration that can be switched off: absent (the server keeps what it has),
 * cleared (sent as {@code null}) or a value. {@code session.update} changes only what is present, so
 * absent and cleared are different things.
 *
 * @param <T> type of the value
 * @param isPresent whether the member is sent at all
 * @param value the value; empty if absent or cleared
 */
public record Setting<T>(boolean isPresent, Optional<T> value) {
    private static final Setting<Object> ABSENT = new Setting<>(false, Optional.empty());
    private static final Setting<Object> CLEARED = new Setting<>(true, Optional.empty());

    /** @throws IllegalArgumentException if it is absent and has a value */
    public Setting {
        if (!isPresent && value.isPresent()) {
            throw new IllegalArgumentException("an absent setting has no value");
        }
    }

    /** Not said: whatever the server has stays. */
    @SuppressWarnings("unchecked") // it holds no value of any type
    public static <T> Setting<T> absent() {
        return (Setting<T>) ABSENT;
    }

    /** Switched off. */
    @SuppressWarnings("unchecked") // it holds no value of any type
    public static <T> Setting<T> cleared() {
        return (Setting<T>) CLEARED;
    }

    /** Set to a value. */
    public static <T> Setting<T> of(T value) {
        return new Setting<>(true, Optional.of(value));
    }

    public boolean isAbsent() {
        return !isPresent;
    }

    public boolean isCleared() {
        return isPresent && value.isEmpty();
    }

    /** This setting with its value turned into something else. */
    public <R> Setting<R> map(Function<? super T, ? extends R> function) {
        return new Setting<>(isPresent, value.map(function));
    }

    @Override
    public String toString() {
        return value.map(Object::toString).orElse(isPresent ? "cleared" : "absent");
    }
}
