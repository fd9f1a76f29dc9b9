package dev.antiphon.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The inside of the hexagon knows nothing of its outside. */
@AnalyzeClasses(packages = "dev.antiphon.core", importOptions = ImportOption.DoNotIncludeTests.class)
class CoreArchitectureTest {
    @ArchTest
    static final ArchRule core_needs_the_jdk_slf4j_and_jspecify_only = classes()
            .that()
            .resideOutsideOfPackage("..guice..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.antiphon.core..", "java..", "org.slf4j..", "org.jspecify..");

    @ArchTest
    static final ArchRule ports_know_values_and_not_the_engine = noClasses()
            .that()
            .resideInAPackage("dev.antiphon.core.port")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.antiphon.core");

    @ArchTest
    static final ArchRule values_know_neither_ports_nor_engine = noClasses()
            .that()
            .resideInAPackage("dev.antiphon.core.model")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.antiphon.core", "dev.antiphon.core.port");
}
