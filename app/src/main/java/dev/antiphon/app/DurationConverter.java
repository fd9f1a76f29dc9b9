package dev.antiphon.app;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 1.5s}, {@code 2m}, {@code 1h} and ISO-8601 ({@code PT1.5S}); up to a day. */
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");
    private static final Map<String, Long> NANOS =
            Map.of("ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);
    private static final Duration LONGEST = Duration.ofDays(1);

    @Override
    public Duration convert(String text) {
        Duration duration = read(text.strip().toLowerCase(Locale.ROOT));
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new TypeConversionException(
                    "'" + Complaint.oneLine(text) + "' is out of range: durations go from 0 to 24 hours");
        }
        return duration;
    }

    private static Duration read(String text) {
        Matcher matcher = SHORT.matcher(text);
        if (matcher.matches()) {
            BigDecimal amount = new BigDecimal(matcher.group(1));
            long unit = NANOS.getOrDefault(matcher.group(2), 0L);
            return Duration.ofNanos(amount.multiply(BigDecimal.valueOf(unit))
                    .min(BigDecimal.valueOf(Long.MAX_VALUE))
                    .longValue());
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException notIso) {
            throw new TypeConversionException("'" + Complaint.oneLine(text)
                    + "' is not a duration: write 500ms, 1s, 2m or ISO-8601 such as PT1.5S");
        }
    }
}
