package dev.antiphon.testkit.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;

@AnalyzeClasses(packages = "dev.antiphon.testkit.simulator", importOptions = ImportOption.DoNotIncludeTests.class)
class SimulatorArchitectureTest {
    @ArchTest
    static final ArchRule stands_alone = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.junit..", "org.assertj..", "org.mockito..", "dev.antiphon.transport..", "dev.antiphon.app..");

    @ArchTest
    static final ArchRule never_uses_the_contract_or_other_doubles = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.antiphon.testkit", "dev.antiphon.testkit.contract..");

    @ArchTest
    static final ArchRule assistant_knows_no_sockets = noClasses()
            .that()
            .resideInAnyPackage("..assistant..", "..persona..", "..audio..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "dev.antiphon.testkit.simulator");

    @ArchTest
    static final ArchRule libraries_stay_out_of_sight = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAnyPackage("dev.antiphon.testkit.simulator", "..persona..")
            .should(new ArchCondition<>("name types of the JDK and of the simulator only") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                    List<JavaClass> named = new ArrayList<>(method.getRawParameterTypes());
                    named.add(method.getRawReturnType());
                    named.stream()
                            .filter(type -> type.getPackageName().startsWith("io.netty")
                                    || type.getPackageName().startsWith("tools.jackson"))
                            .forEach(type -> events.add(SimpleConditionEvent.violated(
                                    method, method.getFullName() + " names " + type.getName())));
                }
            });
}
