package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.Patience;
import dev.antiphon.testkit.network.FaultProxy;
import dev.antiphon.testkit.network.Link;
import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;

/** Faults between the start of a conversation and its standing socket, as the application sees them. */
@Timeout(120)
class DialFaultsIT extends ConversationFixture {
    @FaultTest
    @DisplayName("F01 a refused connection is tried again and nothing that was said meanwhile is lost")
    void refused_connection_is_tried_again() throws Exception {
        transport = builder -> builder.maxAttempts(50).retryDelay(Duration.ofMillis(5));
        int dead = unusedPort();

        Conversation conversation = start(URI.create("http://127.0.0.1:" + dead + "/v1"));
        List<Receipt> receipts = say(conversation, 3);
        assertThat(new Patience(SOON).until(() -> heard.attempts().size() >= 3)).isTrue();
        RealtimeSimulator late =
                closing(RealtimeSimulator.builder().unpaced().port(dead).start());

        live(conversation);
        late.journal().await(entry -> entry.text().contains("text 2"), SOON);
        conversation.close();
        end(conversation, receipts);
        truthful(receipts, late);
    }

    @FaultTest
    @DisplayName("F01 connections that are refused for ever end with CONNECT_FAILED and every text NOT_SENT")
    void refused_for_ever() throws Exception {
        int dead = unusedPort();

        Conversation conversation = start(URI.create("http://127.0.0.1:" + dead + "/v1"));
        List<Receipt> receipts = say(conversation, 3);

        Closure closure = end(conversation, receipts);
        assertThat(fault(closure)).isEqualTo(Fault.CONNECT_FAILED);
        assertThat(closure.recoverable()).isTrue();
        assertThat(closure.discarded().texts()).isEqualTo(3);
        assertThat(outcomes(receipts)).containsOnly("NOT_SENT");
        assertThat(heard.awaitEnd()).isEqualTo(closure);
        assertThat(heard.attempts()).containsExactly(1, 2, 3);
    }

    @FaultTest
    @DisplayName("F02 a black hole is a CONNECT_TIMEOUT within a fifth of its setting, tried again")
    void black_hole() throws Exception {
        settings.connectTimeout(Duration.ofSeconds(2));
        transport = builder -> builder.maxAttempts(2);
        List<Socket> queued = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // A full backlog lets every further SYN go unanswered.
            for (int each = 0; each < 2; each++) {
                queued.add(new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort()));
            }
            long begun = System.nanoTime();
            Conversation conversation = start(URI.create("http://127.0.0.1:" + full.getLocalPort() + "/v1"));

            Closure closure = end(conversation);

            assertThat(fault(closure)).isEqualTo(Fault.CONNECT_TIMEOUT);
            assertThat(closure.recoverable()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(2 * 1_600), Duration.ofMillis(2 * 2_400));
            assertThat(heard.awaitEnd()).isEqualTo(closure);
            assertThat(heard.attempts()).containsExactly(1, 2);
        } finally {
            for (Socket socket : queued) {
                socket.close();
            }
        }
    }

    @FaultTest
    @DisplayName("F01 connections that are reset as soon as they stand end with a typed fault")
    void reset_at_accept() throws Exception {
        RealtimeSimulator server = serve();
        FaultProxy network = networkTo(server);
        network.bothWays(Link.clear().cutAfter(0));

        Conversation conversation = start(network.through(server.baseUrl()));
        List<Receipt> receipts = say(conversation, 2);

        Closure closure = end(conversation, receipts);
        assertThat(fault(closure)).isIn(Fault.CONNECTION_LOST, Fault.CONNECT_FAILED);
        assertThat(closure.recoverable()).isTrue();
        assertThat(outcomes(receipts)).containsOnly("NOT_SENT");
        assertThat(server.connections()).isEmpty();
    }

    @FaultTest
    @DisplayName("F06 an upgrade that is cut in the middle may have reached a session and is not repeated")
    void upgrade_cut() throws Exception {
        RealtimeSimulator server = serve();
        for (long cut : new long[] {1, 100}) {
            FaultProxy network = networkTo(server);
            network.towardsServer(Link.clear().cutAfter(cut));

            Conversation conversation = start(network.through(server.baseUrl()), new Heard());

            assertThat(fault(end(conversation))).isEqualTo(Fault.CONNECTION_LOST);
            assertThat(network.accepted()).isEqualTo(1);
        }
    }

    @FaultTest
    @DisplayName("F06 an answer that is cut at any of its first bytes is a lost connection, not a hang")
    void answer_cut() throws Exception {
        RealtimeSimulator server = serve();
        for (long cut : new long[] {1, 12, 60, 128}) {
            FaultProxy network = networkTo(server);
            network.towardsClient(Link.clear().cutAfter(cut));

            Conversation conversation = start(network.through(server.baseUrl()), new Heard());

            assertThat(fault(end(conversation))).as("cut after " + cut).isEqualTo(Fault.CONNECTION_LOST);
        }
    }

    @FaultTest
    @DisplayName("F07 an upgrade that is never answered ends at its deadline and is not repeated")
    void upgrade_never_answered() throws Exception {
        settings.upgradeTimeout(SHORT);
        RealtimeSimulator server = serve();
        server.holdUpgrade();

        Conversation conversation = start(server.baseUrl());
        List<Receipt> receipts = say(conversation, 2);

        Closure closure = end(conversation, receipts);
        assertThat(fault(closure)).isEqualTo(Fault.UPGRADE_TIMEOUT);
        assertThat(closure.recoverable()).isTrue();
        assertThat(outcomes(receipts)).containsOnly("NOT_SENT");
        assertThat(server.requests()).hasSize(1);
    }

    @FaultTest
    @DisplayName("F10 429 and 503 are obeyed where Retry-After fits the start deadline")
    void throttled_and_then_welcome() throws Exception {
        RealtimeSimulator server = serve();
        server.inflict(Misfortune.refuse(HttpAnswer.error(429, "rate_limit_exceeded", "Slow down.")
                        .withHeader("Retry-After", "0"))
                .at(Moment.UPGRADE));
        server.inflict(Misfortune.refuse(HttpAnswer.empty(503).withHeader("Retry-After", "0"))
                .at(Moment.UPGRADE));

        Conversation conversation = start(server.baseUrl());
        heard.await("session.updated");

        assertThat(heard.attempts()).hasSizeBetween(2, 3);
        conversation.close();
        end(conversation);
    }

    @FaultTest
    @DisplayName("F10 a Retry-After that does not fit fails at once and carries the value")
    void wait_that_does_not_fit() throws Exception {
        transport = builder -> builder.startDeadline(Duration.ofSeconds(5));
        RealtimeSimulator server = serve();
        server.inflict(Misfortune.refuse(HttpAnswer.empty(429).withHeader("Retry-After", "3600"))
                .at(Moment.UPGRADE)
                .always());

        Conversation conversation = start(server.baseUrl());

        Closure closure = end(conversation);
        assertThat(fault(closure)).isEqualTo(Fault.THROTTLED);
        assertThat(((RefusedException) closure.cause().orElseThrow()).retryAfter())
                .contains(Duration.ofHours(1));
        assertThat(server.requests()).hasSize(1);
    }

    @FaultTest
    @DisplayName("F12 a redirect to another host is a refusal; the other host sees no connection")
    void redirect_is_not_followed() throws Exception {
        RealtimeSimulator canary = serve();
        RealtimeSimulator server = serve();
        server.inflict(Misfortune.refuse(HttpAnswer.empty(307)
                        .withHeader("Location", canary.webSocketUrl().toString() + "?model=m"))
                .at(Moment.UPGRADE));

        Conversation conversation = start(server.baseUrl());

        Closure closure = end(conversation);
        assertThat(fault(closure)).isEqualTo(Fault.UPGRADE_REFUSED);
        assertThat(closure.cause().orElseThrow().status()).hasValue(307);
        assertThat(closure.recoverable()).isFalse();
        assertThat(canary.journal().entries()).isEmpty();
    }

    @FaultTest
    @DisplayName("F20 401 and 403 end the start at once with status, code and no retry")
    void identity_refused() throws Exception {
        for (int status : new int[] {401, 403}) {
            RealtimeSimulator server = serve();
            server.inflict(Misfortune.refuse(HttpAnswer.error(status, "invalid_api_key", "No."))
                    .at(Moment.UPGRADE)
                    .always());

            Conversation conversation = start(server.baseUrl(), new Heard());
            List<Receipt> receipts = say(conversation, 2);

            Closure closure = end(conversation, receipts);
            RefusedException refused = (RefusedException) closure.cause().orElseThrow();
            assertThat(refused.statusCode()).isEqualTo(status);
            assertThat(refused.errorCode()).contains("invalid_api_key");
            assertThat(closure.recoverable()).isFalse();
            assertThat(outcomes(receipts)).containsOnly("NOT_SENT");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @FaultTest
    @DisplayName("F25 a server that upgrades and then says nothing is given up at the first-event deadline")
    void upgraded_and_silent() throws Exception {
        transport = builder -> builder.firstEventTimeout(SHORT);
        RealtimeSimulator server = serve(RealtimeSimulator.Builder::silent);

        Conversation conversation = start(server.baseUrl());
        List<Receipt> receipts = say(conversation, 2);

        Closure closure = end(conversation, receipts);
        assertThat(fault(closure)).isEqualTo(Fault.UPGRADE_TIMEOUT);
        assertThat(closure.recoverable()).isTrue();
        assertThat(outcomes(receipts)).doesNotContain("ACKNOWLEDGED");
        truthful(receipts, server);
    }

    @FaultTest
    @DisplayName("F25 one event is enough: a quiet server is not given up")
    void greeted_and_quiet() throws Exception {
        transport = builder -> builder.firstEventTimeout(SHORT);
        RealtimeSimulator server = serve();

        RealtimeSimulator mute = serve(RealtimeSimulator.Builder::silent);
        Conversation conversation = start(server.baseUrl());
        heard.await("session.updated");

        // Its deadline is later than that of the first one would be.
        end(start(mute.baseUrl(), new Heard()));

        Receipt receipt = conversation.sendText("still there?");
        assertThat(get(receipt.outcome()).name()).isEqualTo("ACKNOWLEDGED");
        conversation.close();
        assertThat(end(conversation).isOrderly()).isTrue();
    }

    @FaultTest
    @DisplayName("F22 resets around the upgrade leave nothing behind: the next conversation works")
    void fresh_session_works_after_faults() throws Exception {
        RealtimeSimulator server = serve();
        var conversations = conversations(server.baseUrl());
        server.inflict(Misfortune.reset().at(Moment.UPGRADE).times(2));
        server.inflict(Misfortune.drop().at(Moment.OPENED));

        for (int each = 0; each < 3; each++) {
            end(conversations.start(StartRequest.direct(session()), new Heard()));
        }

        anotherWorks(conversations);
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
