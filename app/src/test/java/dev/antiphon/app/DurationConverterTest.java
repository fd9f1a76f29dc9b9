package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({
        "0s, 0",
        "500ms, 500",
        "1s, 1000",
        "1.5s, 1500",
        "0.25m, 15000",
        "2m, 120000",
        "24h, 86400000",
        "PT1.5S, 1500",
        "pt2m, 120000",
        "' 3s ', 3000"
    })
    void short_forms_and_iso_are_read(String text, long millis) {
        assertThat(converter.convert(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "s", "1 s", "1x", "-1s", "1e3s", "1.s", "PT", "99999999999s"})
    void anything_else_is_refused_with_the_forms_that_work(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("500ms, 1s, 2m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"25h", "999999999h", "PT-1S"})
    void durations_beyond_a_day_and_below_zero_are_out_of_range(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("from 0 to 24 hours");
    }
}
