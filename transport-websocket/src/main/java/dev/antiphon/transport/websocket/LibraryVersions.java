package dev.antiphon.transport.websocket;

import java.security.CodeSource;

/**
 * Finds a Netty or Jackson that a dependency manager of the application pulled below what we need,
 * before it shows as a missing class in the middle of a conversation.
 */
final class LibraryVersions {
    private static final String NETTY = "io.netty.channel.MultiThreadIoEventLoopGroup";
    private static final String JACKSON = "tools.jackson.core.json.JsonFactory";

    private LibraryVersions() {}

    /** @throws IllegalStateException naming the library, the version needed and where the old one lies */
    static void check() {
        ClassLoader loader = LibraryVersions.class.getClassLoader();
        require(NETTY, "io.netty.channel.Channel", "Netty 4.2", loader);
        require(JACKSON, "tools.jackson.core.JsonParser", "Jackson 3.0", loader);
    }

    static void require(String needed, String present, String library, ClassLoader loader) {
        if (find(needed, loader) == null) {
            Class<?> old = find(present, loader);
            String found = old == null ? "none was found" : "an older one was found" + placeOf(old);
            throw new IllegalStateException(library + " or newer is needed on the class path, but " + found
                    + "; check the versions that your dependency management sets");
        }
    }

    private static @org.jspecify.annotations.Nullable Class<?> find(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
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
