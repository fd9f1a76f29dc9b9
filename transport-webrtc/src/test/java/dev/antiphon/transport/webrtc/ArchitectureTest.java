package dev.antiphon.transport.webrtc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.antiphon.transport.webrtc", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule json_is_spoken_by_the_dialect_only =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("tools.jackson..", "com.fasterxml..");

    @ArchTest
    static final ArchRule guice_stays_in_its_package = noClasses()
            .that()
            .resideOutsideOfPackage("..guice")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google..", "jakarta.inject..");

    @ArchTest
    static final ArchRule engine_and_app_are_not_known =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("dev.antiphon.core", "dev.antiphon.app..");

    @ArchTest
    static final ArchRule resilience4j_is_in_no_public_signature = noMethods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .should()
            .haveRawReturnType(resilience4j());

    @ArchTest
    static final ArchRule netty_is_in_no_public_signature = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .should()
            .notHaveRawReturnType(netty());

    private static DescribedPredicate<JavaClass> resilience4j() {
        return JavaClass.Predicates.resideInAPackage("io.github.resilience4j..");
    }

    private static DescribedPredicate<JavaClass> netty() {
        return JavaClass.Predicates.resideInAPackage("io.netty..");
    }
}
