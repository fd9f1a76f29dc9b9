package dev.antiphon.testkit.contract;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGenerator;

/** Shows each test as the rule it proves, so that a failing adapter author finds the text. */
final class RuleNames implements DisplayNameGenerator {
    private final DisplayNameGenerator standard = new DisplayNameGenerator.Standard();

    RuleNames() {}

    @Override
    public String generateDisplayNameForClass(Class<?> testClass) {
        return standard.generateDisplayNameForClass(testClass);
    }

    /** The form that JUnit before 5.12 calls. */
    @Override
    @SuppressWarnings("deprecation")
    public String generateDisplayNameForNestedClass(Class<?> nestedClass) {
        return nestedClass.getSimpleName();
    }

    /** The form that JUnit before 5.12 calls. */
    @Override
    @SuppressWarnings("deprecation")
    public String generateDisplayNameForMethod(Class<?> testClass, Method testMethod) {
        return nameOf(testMethod);
    }

    /** The form that JUnit calls since 5.12. */
    @Override
    public String generateDisplayNameForNestedClass(List<Class<?>> enclosingInstanceTypes, Class<?> nestedClass) {
        return nestedClass.getSimpleName();
    }

    /** The form that JUnit calls since 5.12. */
    @Override
    public String generateDisplayNameForMethod(
            List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
        return nameOf(testMethod);
    }

    private static String nameOf(Method method) {
        Proves proves = method.getAnnotation(Proves.class);
        return proves == null ? method.getName() + "()" : proves.value().toString();
    }
}
