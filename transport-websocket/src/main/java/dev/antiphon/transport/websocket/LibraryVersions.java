package dev.antiphon.transport.websocket;

import dev.antiphon.transport.websocket.wire.Dialects;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds a Netty or Jackson that the application's dependency management pulled below what we need,
 * before it shows as a missing class in the middle of a conversation.
 */
final class LibraryVersions {
    private static final String NETTY = "Netty 4.2";
    private static final String JACKSON = "Jackson 3.0 with the jackson-annotations it was made for";
    private static volatile boolean checked;

    private LibraryVersions() {}

    /**
     * Looks once per process.
     *
     * @throws IllegalStateException naming the library, what is needed and where the old one lies
     */
    static void check() {
        if (checked) {
            return;
        }
        if (find("io.netty.channel.MultiThreadIoEventLoopGroup") == null) {
            throw tooOld(NETTY, "io.netty.channel.Channel", null);
        }
        try {
            byte[] event = "{\"type\":\"error\",\"error\":{}}".getBytes(StandardCharsets.UTF_8);
            Dialects.realtime().codec().decode(event, 0, event.length);
        } catch (LinkageError missing) {
            throw tooOld(JACKSON, "com.fasterxml.jackson.annotation.JsonProperty", missing);
        }
        checked = true;
    }

    private static IllegalStateException tooOld(String needed, String present, @Nullable Throwable cause) {
        Class<?> old = find(present);
        String found = old == null ? "there is none" : "there is an older one" + placeOf(old);
        return new IllegalStateException(
                needed + " or newer is needed on the class path, but " + found
                        + "; check which versions your dependency management sets",
                cause);
    }

    private static @Nullable Class<?> find(String name) {
        try {
            return Class.forName(name, false, LibraryVersions.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError missing) {
            return null;
        }
    }

    private static String placeOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? ""
                : " in " + source.getLocation().getPath();
    }
}
