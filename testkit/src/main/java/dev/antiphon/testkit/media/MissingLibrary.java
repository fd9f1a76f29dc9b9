package dev.antiphon.testkit.media;

import java.util.Map;
import java.util.Optional;

/** The libraries that this package needs and the testkit does not bring along. */
final class MissingLibrary {
    private static final Map<String, String> NEEDED = Map.of(
            "org.bouncycastle.tls.DTLSClientProtocol", "org.bouncycastle:bctls-jdk18on",
            "io.github.jaredmdobson.concentus.OpusDecoder", "io.github.jaredmdobson:concentus");

    private MissingLibrary() {}

    /** Coordinates of a library that is not there. */
    static Optional<String> find() {
        return NEEDED.entrySet().stream()
                .filter(needed -> !isThere(needed.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .findFirst();
    }

    private static boolean isThere(String className) {
        try {
            Class<?> unused = Class.forName(className, false, MissingLibrary.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** @throws IllegalStateException if one is missing */
    static void check() {
        find().ifPresent(coordinates -> {
            throw new IllegalStateException("calls with media need " + coordinates
                    + " on the class path: add it as a dependency, or run the simulator without media");
        });
    }
}
