package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibraryVersionsTest {
    @ParameterizedTest
    @CsvSource({
        "io.netty.channel.MultiThreadIoEventLoopGroup, Netty 4.2",
        "com.fasterxml.jackson.annotation.JsonSerializeAs, Jackson 3.0",
    })
    void an_older_library_is_named_with_its_place(String missing, String library) throws Exception {
        try (URLClassLoader without = new WithoutOneClass(missing)) {
            Class<?> endpoint = without.loadClass(RealtimeEndpoint.class.getName());

            assertThatExceptionOfType(InvocationTargetException.class)
                    .isThrownBy(
                            () -> endpoint.getMethod("builder", String.class).invoke(null, "https://example.com"))
                    .havingCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessageContaining(library + "")
                    .withMessageContaining("there is an older one in ")
                    .withMessageContaining(".jar");
        }
    }

    @Test
    void the_libraries_we_are_built_with_are_new_enough() throws Exception {
        try (URLClassLoader all = new WithoutOneClass("none")) {
            Class<?> endpoint = all.loadClass(RealtimeEndpoint.class.getName());

            assertThat(endpoint.getMethod("builder", String.class).invoke(null, "https://example.com"))
                    .isNotNull();
        }
    }

    /** The class path of this test with one class less, as an older jar would have it. */
    private static final class WithoutOneClass extends URLClassLoader {
        private final String missing;

        WithoutOneClass(String missing) {
            super(classPath(), ClassLoader.getPlatformClassLoader());
            this.missing = missing;
        }

        private static URL[] classPath() {
            String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            return Arrays.stream(path.split(File.pathSeparator, -1))
                    .map(WithoutOneClass::url)
                    .toArray(URL[]::new);
        }

        private static URL url(String entry) {
            try {
                return new File(entry).toURI().toURL();
            } catch (MalformedURLException impossible) {
                throw new IllegalArgumentException(impossible);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(missing)) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
}
