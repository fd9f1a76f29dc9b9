package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.answer;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.causeOf;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.received;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationSlot;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Conversations that take each other's place. The storm does {@code -Dantiphon.slot.operations} on each
 * of eight threads, 500 by default.
 */
@Timeout(180)
class SidebandSlotIT {
    private static final int OPERATIONS = Integer.getInteger("antiphon.slot.operations", 500);

    private final SidebandFixture fixture;
    private final ConversationSlot slot;
    private final Hearing first = new Hearing();

    SidebandSlotIT() {
        SidebandFixture.Builder builder = new SidebandFixture.Builder();
        builder.simulator = simulator -> simulator.journalLimits(2_000_000, 1L << 30);
        fixture = builder.start();
        slot = new ConversationSlot(fixture.conversations);
    }

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    @Test
    @DisplayName("T-47 a start while live ends the one before, and new input goes to the new socket only")
    void start_while_live_ends_the_one_before_and_new_input_goes_to_the_new_socket_only() {
        Conversation old = slot.start(SidebandFixture.request(), first);
        await(old.joined());
        fixture.sideband().awaitReceived("session.update", SOON);

        Conversation fresh = slot.start(SidebandFixture.request(), new Hearing());

        assertThat(old.phase().acceptsInput()).isFalse();
        Receipt receipt = fresh.sendText("new");
        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.Acknowledged.class);
        assertThat(end(old).initiator()).isEqualTo(Closure.Initiator.REPLACED);
        fixture.sideband(1).awaitDisconnected(SOON);
        assertThat(fixture.sideband(1).closeCode()).hasValue(1000);
        assertThat(received(fixture.sideband(1))).doesNotContain("new");
        assertThat(received(fixture.sideband(2))).contains("new");
    }

    @Test
    @DisplayName("T-48 a start while the first join is pending leaves the first socket unused")
    void start_while_the_first_join_is_pending_leaves_the_first_socket_unused() {
        Gate upgrade = fixture.server.holdUpgrade();
        Conversation old = slot.start(SidebandFixture.request(), first);
        Receipt lost = old.sendText("lost");
        answer(old);
        upgrade.awaitReached(SOON);

        Conversation fresh = slot.start(SidebandFixture.request(), new Hearing());
        end(old);
        upgrade.open();
        await(fresh.joined());

        assertThat(await(lost.outcome())).isInstanceOf(Outcome.NotSent.class);
        assertThat(fixture.server.connections(Connection.Kind.SIDEBAND).stream()
                        .filter(socket -> !received(socket).isEmpty()))
                .as("sockets that were used")
                .allMatch(socket ->
                        socket.call().orElseThrow() == fixture.server.calls().last());
    }

    @Test
    @DisplayName("T-49 of two starts at once exactly one survives and the other is told")
    void of_two_starts_at_once_exactly_one_survives_and_the_other_is_told() throws Exception {
        for (int run = 0; run < 50; run++) {
            CyclicBarrier together = new CyclicBarrier(2);
            List<CompletableFuture<Conversation>> starts = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                starts.add(CompletableFuture.supplyAsync(() -> {
                    meet(together);
                    return slot.start(SidebandFixture.request(), new Hearing());
                }));
            }
            Conversation one = await(starts.get(0));
            Conversation other = await(starts.get(1));
            Conversation survivor = slot.current().orElseThrow();

            Conversation loser = survivor == one ? other : one;
            assertThat(end(loser).initiator()).as("run " + run).isEqualTo(Closure.Initiator.REPLACED);
            await(survivor.joined());
            assertThat(survivor.phase()).isEqualTo(Phase.LIVE);
            slot.stop();
            end(survivor);
        }
    }

    @Test
    @DisplayName("T-50 a replacement that fails has its own end, and the one before was told")
    void replacement_that_fails_has_its_own_end_and_the_one_before_was_told() {
        Conversation old = slot.start(SidebandFixture.request(), first);
        await(old.joined());
        fixture.server.refuseCalls(500, 1);

        Conversation fresh = slot.start(SidebandFixture.request(), new Hearing());

        assertThat(causeOf(end(fresh)).fault()).isEqualTo(Fault.CALL_REJECTED);
        assertThat(end(old).initiator()).isEqualTo(Closure.Initiator.REPLACED);
        first.awaitEnd();
        assertThat(slot.current()).isEmpty();
    }

    @Test
    @DisplayName("F47 start, stop and send from eight threads leave one owner, one end each and every outcome")
    void storm_of_starts_stops_and_sends_leaves_one_end_each_and_every_outcome() {
        Queue<Hearing> hearings = new ConcurrentLinkedQueue<>();
        Queue<Conversation> started = new ConcurrentLinkedQueue<>();
        Queue<Receipt> receipts = new ConcurrentLinkedQueue<>();
        long seed = System.nanoTime();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            CompletableFuture<Void> done = new CompletableFuture<>();
            threads.add(done);
            new Thread(
                            () -> {
                                try {
                                    for (int k = 0; k < OPERATIONS; k++) {
                                        operate(random, hearings, started, receipts);
                                    }
                                    done.complete(null);
                                } catch (RuntimeException | Error e) {
                                    done.completeExceptionally(e);
                                }
                            },
                            "speaker-" + i)
                    .start();
        }
        CompletableFuture.allOf(threads.toArray(CompletableFuture<?>[]::new)).join();

        slot.stop();

        started.forEach(SidebandFixture::end);
        hearings.forEach(Hearing::awaitEnd);
        assertThat(hearings).as("seed " + seed).allSatisfy(each -> {
            assertThat(each.closures).hasSize(1);
            assertThat(each.heard).endsWith("closed");
            assertThat(each.closures.get(0).initiator())
                    .isIn(Closure.Initiator.APPLICATION, Closure.Initiator.REPLACED);
        });
        receipts.forEach(receipt -> await(receipt.outcome()));
        await(fixture.transport.idle());
        assertThat(fixture.server.calls().live()).isEmpty();
        assertThat(fixture.observed.orphans).isEmpty();

        Conversation fresh = slot.start(SidebandFixture.request(), first);
        assertThat(await(fresh.sendText("fresh").outcome()))
                .as("fresh conversation %s", first)
                .isInstanceOf(Outcome.Acknowledged.class);
    }

    private void operate(
            SplittableRandom random, Queue<Hearing> hearings, Queue<Conversation> started, Queue<Receipt> receipts) {
        int dice = random.nextInt(100);
        if (dice < 2) {
            Hearing hearing = new Hearing();
            hearings.add(hearing);
            started.add(slot.start(SidebandFixture.request(), hearing));
        } else if (dice < 3) {
            slot.stop();
        } else {
            slot.current().ifPresent(conversation -> {
                if (dice < 50) {
                    receipts.add(conversation.sendText("text"));
                } else {
                    conversation.offerAudio(new byte[960]);
                }
            });
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | java.util.concurrent.BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }
}
