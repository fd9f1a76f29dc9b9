package dev.antiphon.transport.websocket;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/**
 * A test of one row of docs/faults.md, which its display name begins with. Runs as often as the system
 * property {@code antiphon.repetitions} says, by default once.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@Tag("fault")
@ExtendWith(FaultTest.Repetitions.class)
@interface FaultTest {
    /** Runs a test several times under its own name. */
    final class Repetitions implements TestTemplateInvocationContextProvider {
        @Override
        public boolean supportsTestTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
            int times = Integer.getInteger("antiphon.repetitions", 1);
            return IntStream.rangeClosed(1, times)
                    .mapToObj(turn -> new Turn(context.getDisplayName() + (times == 1 ? "" : " (" + turn + ")")));
        }
    }

    /** One of the runs. */
    record Turn(String name) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int ordinal) {
            return name;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of();
        }
    }
}
