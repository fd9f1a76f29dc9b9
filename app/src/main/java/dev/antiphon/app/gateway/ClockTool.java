package dev.antiphon.app.gateway;

import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.Tool;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code current_time}: what the clock of this machine shows, in any time zone. */
final class ClockTool implements GatewayTool {
    static final String NAME = "current_time";
    private static final String PARAMETERS = """
            {"type":"object","properties":{"zone":{"type":"string","description":"IANA time zone such as Europe/Paris"}}}""";

    private final Clock clock;

    ClockTool(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Tool.Function definition() {
        return Tool.function(
                NAME, "Tells the date and the time of day, optionally in a time zone.", new RawJson(PARAMETERS));
    }

    @Override
    public String answer(String arguments) {
        ZonedDateTime now;
        try {
            JsonNode zone = Json.parse(arguments).path("zone");
            now = ZonedDateTime.now(zone.isString() ? clock.withZone(ZoneId.of(zone.stringValue())) : clock);
        } catch (JacksonException | DateTimeException unusable) {
            return Json.object().put("error", "no such time zone").toString();
        }
        return Json.object()
                .put("time", now.format(DateTimeFormatter.ofPattern("HH:mm")))
                .put("date", now.format(DateTimeFormatter.ISO_LOCAL_DATE))
                .put("zone", now.getZone().getId())
                .toString();
    }
}
