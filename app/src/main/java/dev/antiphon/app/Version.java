package dev.antiphon.app;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest; classes run from a build directory have none. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("(development build)");
        return new String[] {
            "antiphon " + version, "Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name")
        };
    }
}
