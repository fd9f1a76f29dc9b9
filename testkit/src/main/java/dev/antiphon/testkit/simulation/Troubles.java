package dev.antiphon.testkit.simulation;

import java.util.EnumMap;
import java.util.Map;

/** Deals out trouble by chance and counts it. */
public final class Troubles {
    private final SimulatedWorld world;
    private final EnumMap<Trouble, Integer> struck = new EnumMap<>(Trouble.class);

    Troubles(SimulatedWorld world) {
        this.world = world;
    }

    /** Whether this trouble strikes now. */
    public boolean strikes(Trouble trouble, double probability) {
        boolean strikes = world.chance(probability);
        if (strikes) {
            struck.merge(trouble, 1, Integer::sum);
        }
        return strikes;
    }

    /** How often each trouble struck. */
    public Map<Trouble, Integer> struck() {
        return new EnumMap<>(struck);
    }

    /** How often any trouble struck. */
    public int total() {
        return struck.values().stream().mapToInt(Integer::intValue).sum();
    }
}
