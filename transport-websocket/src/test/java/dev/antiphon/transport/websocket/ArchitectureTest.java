package dev.antiphon.transport.websocket;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.antiphon.core.port.RealtimeTransport;
import java.time.Instant;

@AnalyzeClasses(packages = "dev.antiphon", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ADAPTER = "dev.antiphon.transport.websocket..";
    private static final String WIRE = "dev.antiphon.transport.websocket.wire..";
    private static final String GUICE = "dev.antiphon..guice..";

    @ArchTest
    static final ArchRule the_adapter_sees_ports_and_values_of_core_only = noClasses()
            .that()
            .resideInAPackage(ADAPTER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.antiphon.core");

    @ArchTest
    static final ArchRule core_knows_no_library_of_this_adapter = noClasses()
            .that()
            .resideInAPackage("dev.antiphon.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "tools.jackson..", "com.fasterxml..", "dev.antiphon.transport..");

    @ArchTest
    static final ArchRule the_transport_is_reached_through_its_port = classes()
            .that()
            .areAssignableTo(RealtimeTransport.class)
            .and()
            .resideInAPackage(ADAPTER)
            .and()
            .resideOutsideOfPackage("..recording..")
            .should()
            .haveSimpleName("WebSocketTransport");

    @ArchTest
    static final ArchRule json_stays_in_wire = noClasses()
            .that()
            .resideInAPackage("dev.antiphon.transport.websocket")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("tools.jackson..", "com.fasterxml..");

    @ArchTest
    static final ArchRule wire_knows_no_socket = noClasses()
            .that()
            .resideInAPackage(WIRE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.antiphon.transport.websocket", "io.netty.channel..", "io.netty.handler..");

    @ArchTest
    static final ArchRule guice_stays_in_its_package = noClasses()
            .that()
            .resideOutsideOfPackage(GUICE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.inject..", "jakarta.inject..");

    @ArchTest
    static final ArchRule nothing_trusts_every_certificate = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.netty.handler.ssl.util.InsecureTrustManagerFactory")
            .orShould()
            .implement("javax.net.ssl.X509TrustManager");

    /** Row F50: a wall clock that jumps changes nothing. Retry-After and names of recordings need its date. */
    @ArchTest
    static final ArchRule waiting_never_asks_the_wall_clock = noClasses()
            .that()
            .resideInAnyPackage("dev.antiphon.core..", "dev.antiphon.transport.websocket..")
            .and()
            .doNotHaveSimpleName("Refusal")
            .and()
            .resideOutsideOfPackage("..recording..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now");
}
