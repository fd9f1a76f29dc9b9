package dev.antiphon.app;

import java.lang.reflect.InvocationTargetException;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;

/**
 * How output is looked at.
 *
 * @param colour whether escape sequences for colour are understood and wanted
 * @param symbols whether characters beyond ASCII can be shown
 */
record Terminal(boolean colour, boolean symbols) {
    /** Plain ASCII: a file, a pipe, a test. */
    static final Terminal PLAIN = new Terminal(false, false);

    /** The terminal of this process; see no-color.org for {@code NO_COLOR}. */
    static Terminal of(Map<String, String> environment) {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || "dumb".equals(environment.getOrDefault("TERM", "").toLowerCase(Locale.ROOT));
        return new Terminal(isInteractive() && !refused, speaksUnicode(environment));
    }

    private static boolean speaksUnicode(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                String locale = value.toLowerCase(Locale.ROOT);
                return locale.contains("utf-8") || locale.contains("utf8");
            }
        }
        return Charset.defaultCharset().name().startsWith("UTF") && !isPosix();
    }

    private static boolean isPosix() {
        return System.getProperty("file.separator", "/").equals("/");
    }

    /** From JDK 22 on a console exists without a terminal too, and says so through a method 17 lacks. */
    @SuppressWarnings("SystemConsoleNull") // It does on 17, and what later ones say is asked below.
    private static boolean isInteractive() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException unexpected) {
            return false;
        }
    }

    Ink ink() {
        return new Ink(colour);
    }
}
