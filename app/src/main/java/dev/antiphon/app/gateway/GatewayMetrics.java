package dev.antiphon.app.gateway;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.port.ConversationObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Figures of the gateway and its conversations for Prometheus. Labels come from fixed sets: no id, address
 * or text of anybody becomes one. Safe for use by any thread.
 */
public final class GatewayMetrics implements ConversationObserver {
    private static final List<String> LANES = List.of("text", "hand-off", "audio");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Set<ObservedConversation> live = ConcurrentHashMap.newKeySet();
    /** Conversations without a control socket, and when they lost it. */
    private final Map<ObservedConversation, Duration> gaps = new ConcurrentHashMap<>();

    private final Timer rejoins;
    private final Counter cutStreams;

    public GatewayMetrics() {
        Gauge.builder("antiphon.conversations.live", live, Set::size)
                .description("Conversations that have not ended")
                .register(registry);
        Gauge.builder("antiphon.conversations.rejoining", gaps, Map::size)
                .description("Conversations that lost the control socket and try to get it back")
                .register(registry);
        rejoins = Timer.builder("antiphon.conversation.rejoin")
                .description("How long a control socket that was lost was missing")
                .register(registry);
        cutStreams = Counter.builder("antiphon.streams.cut")
                .description("Event streams that were cut because their browser read nothing for too long")
                .register(registry);
        for (String lane : LANES) {
            Gauge.builder("antiphon.lane.queued", this, self -> self.queued(lane))
                    .description("Items or frames that wait, of all conversations")
                    .tag("lane", lane)
                    .register(registry);
            Gauge.builder("antiphon.lane.oldest.age", this, self -> self.oldestSeconds(lane))
                    .description("How long the oldest of them has waited")
                    .baseUnit("seconds")
                    .tag("lane", lane)
                    .register(registry);
        }
    }

    /** Where further figures can be registered. */
    public MeterRegistry registry() {
        return registry;
    }

    /** All figures in Prometheus' text format. */
    byte[] scrape() {
        return registry.scrape().getBytes(StandardCharsets.UTF_8);
    }

    void onRequest(String route, int status, Duration took) {
        registry.timer("antiphon.http.requests", "route", route, "status", Integer.toString(status))
                .record(took);
    }

    void onStreamCut() {
        cutStreams.increment();
    }

    @Override
    public void onStarted(ObservedConversation conversation) {
        live.add(conversation);
        registry.counter("antiphon.conversations.started", "transport", conversation.transport())
                .increment();
    }

    @Override
    public void onMilestone(ObservedConversation conversation, Milestone milestone, Duration sinceStart) {
        registry.timer("antiphon.conversation.milestone", "milestone", label(milestone))
                .record(sinceStart);
        if (milestone == Milestone.REJOINING) {
            gaps.putIfAbsent(conversation, sinceStart);
        } else if (milestone == Milestone.REJOINED) {
            Optional.ofNullable(gaps.remove(conversation)).ifPresent(lost -> rejoins.record(sinceStart.minus(lost)));
        }
    }

    @Override
    public void onAudioDropped(ObservedConversation conversation, long frames) {
        registry.counter("antiphon.audio.dropped").increment((double) frames);
    }

    @Override
    public void onListenerFailure(ObservedConversation conversation, Throwable failure) {
        registry.counter("antiphon.listener.failures").increment();
    }

    @Override
    public void onEnded(ObservedConversation conversation, Closure closure) {
        live.remove(conversation);
        gaps.remove(conversation);
        registry.counter(
                        "antiphon.conversations.ended",
                        "initiator",
                        label(closure.initiator()),
                        "fault",
                        closure.fault().map(GatewayMetrics::label).orElse("none"))
                .increment();
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private double queued(String lane) {
        return live.stream()
                .flatMap(conversation -> conversation.lanes().stream())
                .filter(state -> state.lane().equals(lane))
                .mapToInt(LaneState::queued)
                .sum();
    }

    private double oldestSeconds(String lane) {
        return live.stream()
                        .flatMap(conversation -> conversation.lanes().stream())
                        .filter(state -> state.lane().equals(lane))
                        .mapToLong(state -> state.oldestAge().toMillis())
                        .max()
                        .orElse(0)
                / 1000.0;
    }
}
