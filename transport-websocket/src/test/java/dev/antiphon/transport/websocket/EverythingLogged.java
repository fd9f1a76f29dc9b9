package dev.antiphon.transport.websocket;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Keeps all that is logged at the level TRACE, off the console, until it is closed. */
final class EverythingLogged implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Appender<ILoggingEvent> console = root.getAppender("CONSOLE");
    private final Level before = root.getLevel();
    private final ListAppender<ILoggingEvent> kept = new ListAppender<>();

    private EverythingLogged() {
        kept.list = Collections.synchronizedList(new ArrayList<>());
        kept.start();
    }

    static EverythingLogged begin() {
        EverythingLogged log = new EverythingLogged();
        log.root.setLevel(Level.TRACE);
        log.root.detachAppender(log.console);
        log.root.addAppender(log.kept);
        return log;
    }

    /** Each line with its logger and, if it has one, its stack trace. */
    List<String> lines() {
        return List.copyOf(kept.list).stream()
                .map(line -> line.getLoggerName() + " " + line.getFormattedMessage() + " "
                        + (line.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(line.getThrowableProxy())))
                .toList();
    }

    @Override
    public void close() {
        root.detachAppender(kept);
        root.addAppender(console);
        root.setLevel(before);
    }
}
