package dev.antiphon.core.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a typed value does not say about the JSON it was read from, or is to be written to: members
 * that this version does not know, and unusual forms of known ones, such as an explicit {@code null}.
 *
 * <p>Each member is named by a JSON Pointer (RFC 6901) relative to the value:
 * {@code /audio/input/turn_detection/model_version}. On writing, an extra member takes the place of
 * whatever the typed value says there. Immutable.
 */
public final class ExtraMembers {
    /** Nothing extra. */
    public static final ExtraMembers NONE = new ExtraMembers(Map.of());

    private final Map<String, RawJson> byPointer;

    private ExtraMembers(Map<String, RawJson> byPointer) {
        this.byPointer = byPointer;
    }

    /**
     * Extra members by pointer.
     *
     * @throws IllegalArgumentException if a pointer does not begin with {@code /}
     */
    public static ExtraMembers of(Map<String, RawJson> byPointer) {
        if (byPointer.isEmpty()) {
            return NONE;
        }
        for (String pointer : byPointer.keySet()) {
            if (!pointer.startsWith("/")) {
                throw new IllegalArgumentException("not a JSON pointer to a member: it must begin with /");
            }
        }
        return new ExtraMembers(Collections.unmodifiableMap(new LinkedHashMap<>(byPointer)));
    }

    /** All of them, in order. */
    public Map<String, RawJson> byPointer() {
        return byPointer;
    }

    /** The one at a pointer. */
    public Optional<RawJson> at(String pointer) {
        return Optional.ofNullable(byPointer.get(pointer));
    }

    public boolean isEmpty() {
        return byPointer.isEmpty();
    }

    /** These with another one, which replaces what was at or below its pointer. */
    public ExtraMembers with(String pointer, RawJson json) {
        Map<String, RawJson> changed = new LinkedHashMap<>(without(pointer).byPointer);
        changed.put(pointer, json);
        return of(changed);
    }

    /** These without what is at or below a pointer. */
    public ExtraMembers without(String pointer) {
        Map<String, RawJson> kept = new LinkedHashMap<>(byPointer);
        kept.keySet().removeIf(at -> at.equals(pointer) || at.startsWith(pointer + "/"));
        return kept.size() == byPointer.size() ? this : of(kept);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExtraMembers that && byPointer.equals(that.byPointer);
    }

    @Override
    public int hashCode() {
        return byPointer.hashCode();
    }

    /** Shows how many there are; names and values come from outside. */
    @Override
    public String toString() {
        return "ExtraMembers[" + byPointer.size() + "]";
    }
}
