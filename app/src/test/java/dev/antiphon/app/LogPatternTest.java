package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogPatternTest {
    @Test
    @DisplayName("B22 what strangers sent stays on its line of the log and steers no terminal")
    void what_strangers_sent_stays_on_its_line() throws Exception {
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(LogPatternTest.class.getResource("/logback.xml")));
        ConsoleAppender<ILoggingEvent> appender =
                (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("STDERR");
        String hostile = "host\r\n12:00:00.000 WARN  forged\u001b[31m\u009b2J\u0000\u202eevil ${jndi:x} %msg {}";

        byte[] line = appender.getEncoder()
                .encode(new LoggingEvent("", context.getLogger("a"), Level.WARN, hostile, null, null));

        assertThat(new String(line, StandardCharsets.UTF_8))
                .matches("[^\\p{Cc}\\p{Cf}]*" + System.lineSeparator())
                .contains("host??12:00:00.000 WARN  forged?[31m?2J??evil ${jndi:x} %msg {}");
        context.stop();
    }
}
