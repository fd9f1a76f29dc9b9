package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.StartRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a contract class says about its adapter.
 *
 * @param start the adapter's own kind of start
 * @param unserved a start that it refuses, if there is one
 * @param capabilities what it can do beyond the port's duties
 * @param patience how long to wait for what must happen
 */
record Terms(StartRequest start, Optional<StartRequest> unserved, Set<Capability> capabilities, Duration patience) {}
