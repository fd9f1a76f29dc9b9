package dev.antiphon.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What a consumer of the testkit needs on its class path depends on what it uses. */
@AnalyzeClasses(packages = "dev.antiphon.testkit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule assertj_is_known_to_the_assertions_only = noClasses()
            .that()
            .resideOutsideOfPackage("..testkit.assertions..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.assertj..");

    @ArchTest
    static final ArchRule junit_is_known_to_the_contract_and_the_extension_only = noClasses()
            .that()
            .resideOutsideOfPackages("..testkit.contract..", "..testkit.junit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.junit..");

    @ArchTest
    static final ArchRule adapters_are_unknown = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.antiphon.transport..", "dev.antiphon.app..");
}
