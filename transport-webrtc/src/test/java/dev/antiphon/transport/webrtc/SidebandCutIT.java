package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.answer;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.received;
import static dev.antiphon.transport.webrtc.SidebandFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.Infliction;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The control socket is cut behind each of the items that queued, texts and hand-off outputs in turn,
 * and joined again: nothing arrives twice, nothing is called sent that was not, nothing is lost without
 * a word.
 */
@Timeout(60)
class SidebandCutIT {
    private static final int ITEMS = 8;

    private final SidebandFixture fixture = SidebandFixture.withDefaults();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    private enum Cut {
        RESET,
        FIN,
        CLOSE_1012;

        private Misfortune misfortune() {
            return switch (this) {
                case RESET -> Misfortune.reset();
                case FIN -> Misfortune.drop();
                case CLOSE_1012 -> Misfortune.close(1012, "restart");
            };
        }

        /** Whether what the server sent before surely arrives: a reset throws it away. */
        boolean keepsConfirmations() {
            return this != RESET;
        }

        /** Behind the item of that number; behind session.update if it is 0. */
        Infliction behind(int item) {
            return misfortune()
                    .at(
                            item == 0
                                    ? Moment.received("session.update", 1)
                                    : Moment.received("conversation.item.create", item));
        }
    }

    @ParameterizedTest
    @DisplayName("F22 T-76 cut behind each queued item repeats nothing and calls unknown what may have arrived")
    @EnumSource(Cut.class)
    void cut_behind_each_queued_item_repeats_nothing_and_calls_unknown_what_may_have_arrived(Cut cut) {
        for (int behind = 0; behind <= ITEMS; behind++) {
            cutBehind(behind, cut);
        }
    }

    private void cutBehind(int behind, Cut cut) {
        String what = cut + " behind item " + behind;
        int sockets = fixture.server.connections().size();
        Gate upgrade = fixture.server.holdUpgrade();
        Hearing hearing = new Hearing();
        Conversation conversation = fixture.start(hearing);
        answer(conversation);
        Map<String, Receipt> queued = say(conversation, behind, 0, ITEMS);
        fixture.server.inflict(cut.behind(behind));
        upgrade.open();
        until("the loss was noticed", () -> hearing.heard.contains("REJOINING"));
        Map<String, Receipt> later = say(conversation, behind, ITEMS, ITEMS + 4);

        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        queued.forEach((text, receipt) -> outcomes.put(text, await(receipt.outcome())));
        later.forEach((text, receipt) -> assertThat(await(receipt.outcome()))
                .as(what + ", said after the cut: " + text)
                .isInstanceOf(Outcome.Acknowledged.class));
        List<String> first = items(fixture.sideband(sockets + 1));
        List<String> second = items(fixture.sideband(sockets + 2));

        assertThat(second).as(what).containsAll(later.keySet());
        assertThat(first).as(what).hasSizeGreaterThanOrEqualTo(behind);
        List<String> arrived = Stream.concat(first.stream(), second.stream()).toList();
        assertThat(arrived).as(what).doesNotHaveDuplicates();
        assertThat(arrived.stream().filter(text -> text.contains("T")))
                .as(what + ", texts")
                .isSorted();
        assertThat(arrived.stream().filter(text -> text.contains("H")))
                .as(what + ", hand-off outputs")
                .isSorted();
        outcomes.forEach((text, outcome) -> {
            String item = what + ", " + text + " is " + outcome + ", arrived " + first + second;
            if (outcome instanceof Outcome.Acknowledged) {
                assertThat(arrived).as(item).contains(text);
            } else {
                // It was handed to the socket that was lost, so that it is never repeated.
                assertThat(outcome).as(item).isInstanceOf(Outcome.Unknown.class);
                assertThat(second).as(item).doesNotContain(text);
            }
        });
        if (cut.keepsConfirmations() && behind > 0) {
            assertThat(first.subList(0, behind - 1))
                    .as(what + ", confirmed before the cut")
                    .allSatisfy(text -> assertThat(outcomes.get(text)).isInstanceOf(Outcome.Acknowledged.class));
        }
        conversation.close();
        SidebandFixture.end(conversation);
    }

    @Test
    @DisplayName("F22 F33 what the lost socket never took follows on the next one, once and in order")
    void what_the_lost_socket_never_took_follows_on_the_next_one_once_and_in_order() {
        fixture.server.inflict(Misfortune.stopReading().at(Moment.received("session.update", 1)));
        Conversation conversation = fixture.startJoined(new Hearing());
        Connection lost = fixture.sideband();
        lost.awaitReceived("session.update", SOON);
        String large = "x".repeat(40_000);
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            receipts.add(conversation.sendText(String.format("T%02d%s", i, large)));
        }
        await(receipts.get(0).written());
        assertThat(conversation.summary().texts().queued())
                .as("texts that wait")
                .isPositive();

        lost.reset();

        List<String> second = new ArrayList<>();
        int unknown = 0;
        for (int i = 0; i < receipts.size(); i++) {
            if (await(receipts.get(i).outcome()) instanceof Outcome.Acknowledged) {
                second.add(String.format("T%02d", i));
            } else {
                assertThat(await(receipts.get(i).outcome())).isInstanceOf(Outcome.Unknown.class);
                unknown++;
            }
        }
        assertThat(unknown).as("what the socket had taken").isPositive();
        assertThat(second).as("what waited").isNotEmpty();
        assertThat(items(fixture.sideband(2)).stream().map(text -> text.substring(0, 3)))
                .containsExactlyElementsOf(second);
    }

    /** Texts and hand-off outputs in turn; what was said with its receipt. */
    private static Map<String, Receipt> say(Conversation conversation, int round, int from, int to) {
        Map<String, Receipt> said = new LinkedHashMap<>();
        for (int i = from; i < to; i++) {
            if (i % 2 == 0) {
                String text = String.format("T%d%02d", round, i);
                said.put(text, conversation.sendText(text));
            } else {
                String output = String.format("H%d%02d", round, i);
                said.put(output, conversation.sendHandoffOutput(HandoffOutput.silent("call_" + output, output)));
            }
        }
        return said;
    }

    private static List<String> items(Connection connection) {
        return received(connection).stream()
                .filter(text -> text.matches("[TH]\\d\\d.*"))
                .toList();
    }
}
