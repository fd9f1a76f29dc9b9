package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.testkit.simulator.Connection;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a browser does with a gateway, from its offer to the end of the call. */
class GatewayCallsIT {
    @Test
    void the_answer_goes_back_at_once_while_the_join_is_held() {
        try (GatewayStand stand = new GatewayStand()) {
            stand.simulator.holdUpgrade();

            HttpResponse<String> created = stand.offer();

            assertThat(created.statusCode()).isEqualTo(201);
            assertThat(created.headers().firstValue("Content-Type")).hasValue("application/sdp");
            assertThat(created.headers().firstValue("Location").orElse("")).matches("/calls/[A-Za-z0-9_-]{27}");
            Call call = stand.simulator.calls().last();
            assertThat(created.body()).isEqualTo(call.answer());
            assertThat(call.offer()).isEqualTo(GatewayStand.OFFER);
        }
    }

    @Test
    void text_typed_before_the_join_is_delivered_after_it() {
        try (GatewayStand stand = new GatewayStand()) {
            var join = stand.simulator.holdUpgrade();
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("joining");

                HttpResponse<String> typed = stand.type(call, "Is there a seat by the window?");
                join.open();

                assertThat(typed.statusCode()).isEqualTo(202);
                String item = Json.parse(typed.body()).path("item").asString("");
                assertThat(events.await("receipt", event -> event.text("item").equals(item))
                                .text("outcome"))
                        .isEqualTo("ACKNOWLEDGED");
                StreamReader.Event reply = events.await(
                        "transcript",
                        event -> event.text("role").equals("assistant")
                                && event.data().has("complete"));
                assertThat(reply.text("text")).contains("Is there a seat by the window?");
            }
        }
    }

    @Test
    void a_tool_is_answered_from_here_and_shown_to_the_page() {
        try (GatewayStand stand = new GatewayStand()) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                stand.type(call, "call current_time {\"zone\":\"Europe/Paris\"}");

                StreamReader.Event tool = events.await("tool");
                StreamReader.Event reply = events.await(
                        "transcript",
                        event -> event.text("role").equals("assistant")
                                && event.data().has("complete"));

                assertThat(tool.text("name")).isEqualTo("current_time");
                assertThat(Json.parse(tool.text("answer")).path("zone").asString(""))
                        .isEqualTo("Europe/Paris");
                assertThat(reply.text("text"))
                        .contains(Json.parse(tool.text("answer")).path("time").asString("none"));
            }
        }
    }

    @Test
    void a_tool_asked_with_nonsense_answers_an_error() {
        assertThat(new ClockTool(java.time.Clock.systemUTC()).answer("{\"zone\":\"Nowhere/Land\"}"))
                .contains("error");
        assertThat(new ClockTool(java.time.Clock.systemUTC()).answer("{{")).contains("error");
    }

    @Test
    void an_interruption_stops_the_model() {
        try (GatewayStand stand = new GatewayStand()) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("phase", event -> event.text("phase").equals("LIVE"));
                var held = stand.simulator.holdResponses();
                stand.type(call, "Tell me a long story.");
                events.await("response", event -> event.text("state").equals("started"));

                HttpResponse<String> interrupted = stand.send(stand.request(call + "/interrupt")
                        .header("Origin", stand.origin())
                        .POST(BodyPublishers.noBody()));
                held.open();

                assertThat(interrupted.statusCode()).isEqualTo(204);
                assertThat(events.await("response", event -> event.text("state").equals("done"))
                                .text("status"))
                        .isEqualTo("cancelled");
            }
        }
    }

    @Test
    void hanging_up_ends_the_call_at_the_provider_and_the_stream() {
        try (GatewayStand stand = new GatewayStand()) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("phase", event -> event.text("phase").equals("LIVE"));

                assertThat(stand.delete(call).statusCode()).isEqualTo(204);

                StreamReader.Event closed = events.await("closed");
                assertThat(closed.text("initiator")).isEqualTo("APPLICATION");
                assertThat(closed.data().path("orderly").asBoolean(false)).isTrue();
                events.awaitEnd();
                stand.awaitNoCalls();
            }
        }
    }

    @Test
    void the_end_of_a_call_can_still_be_read_after_it() {
        try (GatewayStand stand = new GatewayStand()) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("phase", event -> event.text("phase").equals("LIVE"));
                stand.delete(call);
                events.await("closed");
            }

            try (StreamReader late = stand.events(call)) {
                late.await("closed");
                late.awaitEnd();
            }
            assertThat(stand.type(call, "too late").statusCode()).isEqualTo(409);
        }
    }

    @Test
    void figures_are_served_for_prometheus() {
        try (GatewayStand stand = new GatewayStand()) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("phase", event -> event.text("phase").equals("LIVE"));

                HttpResponse<String> figures = stand.get("/metrics");

                assertThat(figures.body())
                        .contains("antiphon_conversations_live 1.0")
                        .contains("milestone=\"answered\"")
                        .contains("milestone=\"live\"")
                        .contains("antiphon_lane_queued{lane=\"text\"} 0.0")
                        .doesNotContain(call.substring("/calls/".length()));
            }
        }
    }

    @Test
    void a_control_socket_that_was_lost_and_found_is_counted() {
        try (GatewayStand stand = new GatewayStand()) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("phase", event -> event.text("phase").equals("LIVE"));

                stand.simulator
                        .awaitConnection(Connection.Kind.SIDEBAND, GatewayStand.SOON)
                        .reset();

                events.await("phase", event -> event.text("phase").equals("REJOINING"));
                events.await("phase", event -> event.text("phase").equals("LIVE"));
                assertThat(stand.get("/metrics").body())
                        .contains("antiphon_conversation_rejoin_seconds_count 1")
                        .contains("antiphon_conversations_rejoining 0.0");
            }
        }
    }

    @Test
    void every_figure_is_documented() throws IOException {
        try (GatewayStand stand = new GatewayStand()) {
            String call = stand.call();
            try (StreamReader events = stand.events(call)) {
                events.await("phase", event -> event.text("phase").equals("LIVE"));
                stand.delete(call);
                events.await("closed");
            }

            List<String> families = Pattern.compile("# TYPE (\\S+?)(_max)? ")
                    .matcher(stand.get("/metrics").body())
                    .results()
                    .map(family -> family.group(1))
                    .toList();

            assertThat(families).hasSizeGreaterThan(8);
            assertThat(Files.readString(Path.of("..", "docs", "gateway.md"))).contains(families);
        }
    }

    @Test
    void f54_closing_the_gateway_tells_the_browsers_and_hangs_everything_up() {
        try (GatewayStand stand = new GatewayStand()) {
            String first = stand.call();
            String second = stand.call();
            try (StreamReader one = stand.events(first);
                    StreamReader two = stand.events(second)) {
                one.await("phase", event -> event.text("phase").equals("LIVE"));
                two.await("phase", event -> event.text("phase").equals("LIVE"));

                stand.gateway.close();

                one.await("closed");
                two.await("closed");
                stand.awaitNoCalls();
            }
        }
    }
}
