package dev.antiphon.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The promises of {@link dev.antiphon.testkit.history.Guarantee}, simulated over one adapter: the test of
 * an adapter extends this and says how the adapter is connected to the simulated network.
 *
 * <p>{@code -Dantiphon.simulation.seeds} and {@code -Dantiphon.simulation.first} change how many seeds run
 * and which. Tagged {@code long}: what a seed leads to does not depend on the JVM.
 */
@Tag("long")
public abstract class SimulationContract {
    private static final long FIRST = Long.getLong("antiphon.simulation.first", 1);

    /** Below it, chance may leave a trouble out. */
    private static final int SEEDS_FOR_EVERY_TROUBLE = 500;

    private final Simulation simulation;
    private final int seeds;
    private final int repeated;

    /**
     * @param adapter makes the transport under test for one run
     * @param seeds how many run in a build
     * @param repeated how many of them run twice
     */
    protected SimulationContract(Simulation.Adapter adapter, int seeds, int repeated) {
        this.simulation = new Simulation(adapter);
        this.seeds = Integer.getInteger("antiphon.simulation.seeds", seeds);
        this.repeated = repeated;
    }

    @Test
    void promises_hold_in_every_seed() {
        Map<Trouble, Integer> struck = new EnumMap<>(Trouble.class);
        for (long seed = FIRST; seed < FIRST + seeds; seed++) {
            Simulation.Run run = simulation.check(seed);

            assertThat(run.troubleCount()).as("troubles of seed %d", seed).isGreaterThanOrEqualTo(5);
            run.troubles().forEach((trouble, times) -> struck.merge(trouble, times, Integer::sum));
        }
        if (seeds >= SEEDS_FOR_EVERY_TROUBLE) {
            assertThat(struck).containsOnlyKeys(Trouble.values());
        }
    }

    @Test
    void the_same_seed_has_the_same_history() {
        for (long seed = FIRST; seed < FIRST + repeated; seed++) {
            String hash = simulation.run(seed).history().hash();

            assertThat(simulation.run(seed).history().hash())
                    .as("seed %d", seed)
                    .isEqualTo(hash);
        }
    }
}
