package dev.antiphon.core.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which members of a configuration are present, with their values. Immutable; a builder replaces it
 * with each call.
 */
final class ConfigMembers {
    static final ConfigMembers NONE = new ConfigMembers(Map.of(), ExtraMembers.NONE);

    /**
     * Names one member.
     *
     * @param <T> type of its value
     * @param pointer where it is in the JSON object, RFC 6901
     */
    @SuppressWarnings("UnusedTypeParameter") // ties the setting to its key
    record Key<T>(String pointer) {}

    private final Map<Key<?>, Setting<?>> present;
    private final ExtraMembers extra;

    private ConfigMembers(Map<Key<?>, Setting<?>> present, ExtraMembers extra) {
        this.present = present;
        this.extra = extra;
    }

    /** A key only ever leads to a setting of its own type: see {@link #with}. */
    @SuppressWarnings("unchecked")
    <T> Setting<T> setting(Key<T> key) {
        return (Setting<T>) present.getOrDefault(key, Setting.absent());
    }

    <T> Optional<T> value(Key<T> key) {
        return setting(key).value();
    }

    ExtraMembers extra() {
        return extra;
    }

    <T> ConfigMembers with(Key<T> key, Setting<T> setting) {
        Map<Key<?>, Setting<?>> changed = new LinkedHashMap<>(present);
        if (setting.isAbsent()) {
            changed.remove(key);
        } else {
            changed.put(key, setting);
        }
        return new ConfigMembers(changed, extra.without(key.pointer()));
    }

    ConfigMembers withExtra(String pointer, RawJson json) {
        return new ConfigMembers(present, extra.with(pointer, json));
    }

    /** The rule of {@code session.update}: what is present there takes the place of what is here. */
    ConfigMembers merge(ConfigMembers update) {
        Map<Key<?>, Setting<?>> merged = new LinkedHashMap<>(present);
        ExtraMembers mergedExtra = extra;
        for (Map.Entry<Key<?>, Setting<?>> member : update.present.entrySet()) {
            merged.put(member.getKey(), member.getValue());
            mergedExtra = mergedExtra.without(member.getKey().pointer());
        }
        for (Map.Entry<String, RawJson> member : update.extra.byPointer().entrySet()) {
            mergedExtra = mergedExtra.with(member.getKey(), member.getValue());
        }
        return new ConfigMembers(merged, mergedExtra);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfigMembers that && present.equals(that.present) && extra.equals(that.extra);
    }

    @Override
    public int hashCode() {
        return 31 * present.hashCode() + extra.hashCode();
    }

    /** Names of what is present; values stay out. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder();
        for (Key<?> key : present.keySet()) {
            names.append(names.isEmpty() ? "" : ", ")
                    .append(key.pointer().substring(1).replace('/', '.'));
        }
        return names.append(extra.isEmpty() ? "" : " and " + extra).toString();
    }
}
