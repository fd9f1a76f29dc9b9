package dev.antiphon.testkit.media;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "dev.antiphon.testkit", importOptions = ImportOption.DoNotIncludeTests.class)
class MediaArchitectureTest {
    @ArchTest
    static final ArchRule optional_libraries_stay_here = noClasses()
            .that()
            .resideOutsideOfPackage("dev.antiphon.testkit.media")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.bouncycastle..", "io.github.jaredmdobson..");

    @ArchTest
    static final ArchRule simulator_does_not_know_its_peer = noClasses()
            .that()
            .resideInAPackage("dev.antiphon.testkit.simulator..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.antiphon.testkit.media");

    @ArchTest
    static final ArchRule layers_know_no_sockets = noClasses()
            .that()
            .resideInAPackage("dev.antiphon.testkit.media")
            .and()
            .haveNameNotMatching(".*\\.(WebRtcPeer|MediaLoop|MediaSocket|MediaCaller)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..");

    @Test
    void missing_library_is_named() throws Exception {
        for (String missing : List.of("bctls-jdk18on", "concentus")) {
            try (URLClassLoader loader = without(missing)) {
                Class<?> peer = loader.loadClass(WebRtcPeer.class.getName());

                assertThat(peer.getMethod("isAvailable").invoke(null)).isEqualTo(false);
                assertThatThrownBy(() -> peer.getMethod("start").invoke(null))
                        .isInstanceOf(InvocationTargetException.class)
                        .cause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(missing);
            }
        }
    }

    /** The class path without one library, in a loader that shares nothing with ours. */
    private static URLClassLoader without(String library) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"), -1)) {
            if (!entry.isEmpty() && !Path.of(entry).getFileName().toString().startsWith(library)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }
}
