package dev.antiphon.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The engine over the plainest adapter. */
class SimulationTest extends SimulationContract {
    private static final Simulation.Adapter PLAINEST = bench -> new SimulatedTransport(bench.network(), bench.ledger());

    SimulationTest() {
        super(PLAINEST, 6_000, 100);
    }

    @Test
    void a_seed_that_runs_a_thousand_times_has_one_history_and_another_seed_has_another() {
        Simulation simulation = new Simulation(PLAINEST);
        Set<String> hashes = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
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
