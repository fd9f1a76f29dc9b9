package dev.antiphon.testkit.simulator.assistant;

import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** The tokens a minute that a session may use; what was used comes back little by little, all within a minute. */
final class TokenBudget {
    private static final int TOKENS_PER_MINUTE = 250_000;

    private final Timeline timeline;
    private int remaining = TOKENS_PER_MINUTE;
    private Instant countedAt;

    TokenBudget(Timeline timeline) {
        this.timeline = timeline;
        countedAt = timeline.now();
    }

    /** Uses them, and tells in {@code rate_limits.updated} what is left. */
    ObjectNode spend(int tokens) {
        refill();
        remaining = Math.max(0, remaining - tokens);
        ObjectNode limits = Json.object().put("type", "rate_limits.updated");
        limits.putArray("rate_limits")
                .addObject()
                .put("name", "tokens")
                .put("limit", TOKENS_PER_MINUTE)
                .put("remaining", remaining)
                .put("reset_seconds", (TOKENS_PER_MINUTE - remaining) * 60.0 / TOKENS_PER_MINUTE);
        return limits;
    }

    private void refill() {
        Instant now = timeline.now();
        long back = Duration.between(countedAt, now).toMillis() * TOKENS_PER_MINUTE / 60_000;
        remaining = (int) Math.min(TOKENS_PER_MINUTE, remaining + back);
        countedAt = now;
    }
}
