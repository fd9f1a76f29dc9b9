package dev.antiphon.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The engine over the plainest adapter. {@code -Dantiphon.simulation.seeds} and
 * {@code -Dantiphon.simulation.first} change how many seeds run and which.
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("antiphon.simulation.seeds", 6_000);
    private static final long FIRST = Long.getLong("antiphon.simulation.first", 1);

    private final Simulation simulation =
            new Simulation(bench -> new SimulatedTransport(bench.network(), bench.ledger()));

    @Test
    void promises_hold_in_every_seed() {
        Map<Trouble, Integer> struck = new EnumMap<>(Trouble.class);
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Simulation.Run run = simulation.check(seed);

            assertThat(run.troubleCount()).as("troubles of seed %d", seed).isGreaterThanOrEqualTo(5);
            run.troubles().forEach((trouble, times) -> struck.merge(trouble, times, Integer::sum));
        }
        if (SEEDS >= 500) {
            assertThat(struck).containsOnlyKeys(Trouble.values());
        }
    }

    @Test
    void the_same_seed_has_the_same_history() {
        Set<String> hashes = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            hashes.add(simulation.run(4_711).history().hash());
        }

        assertThat(hashes).hasSize(1);
        assertThat(simulation.run(4_712).history().hash()).isNotIn(hashes);
    }

    @Test
    void a_failure_names_its_seed_and_how_to_run_it_again() {
        Simulation broken = new Simulation(bench -> new BuggyTransport(PlantedBug.NO_HANG_UP, bench));

        assertThatThrownBy(() -> broken.check(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dantiphon.simulation.seeds=1 -Dantiphon.simulation.first=1")
                .hasMessageContaining("L4 (")
                .hasMessageContaining("history:");
    }
}
