package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.answer;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.testkit.simulator.Connection;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What many conversations leave behind in a transport and an engine that go on. */
@Timeout(120)
class SidebandEnduranceIT {
    private static final int CONVERSATIONS = 240;

    private final SidebandFixture fixture = SidebandFixture.withDefaults();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    @Test
    @DisplayName("T-51 conversations of every end leave no object, timer, socket or thread behind")
    void conversations_of_every_end_leave_no_object_timer_socket_or_thread_behind() {
        List<Reference<?>> left = new ArrayList<>();
        for (int run = 0; run < 60; run++) {
            talk(run, left);
        }
        long threads = threads();

        for (int run = 0; run < CONVERSATIONS; run++) {
            talk(run, left);
        }

        await(fixture.transport.idle());
        SidebandFixture.until("no timer left", () -> fixture.timers.pending() == 0);
        SidebandFixture.until(
                "no socket left", () -> fixture.server.connections().stream().noneMatch(Connection::isOpen));
        SidebandFixture.until("every conversation and listener is garbage", () -> {
            System.gc();
            LockSupport.parkNanos(20_000_000);
            return left.stream().allMatch(each -> each.get() == null);
        });
        assertThat(threads())
                .as("threads, %s after the first conversations", threads)
                .isLessThanOrEqualTo(threads + 2);
    }

    /** One conversation with one of six lives. Its own method, so that nothing stays on the stack. */
    private void talk(int run, List<Reference<?>> left) {
        Hearing hearing = new Hearing();
        int life = run % 6;
        if (life == 1) {
            fixture.server.refuseUpgrades(401, 1);
        } else if (life == 2) {
            fixture.server.refuseCalls(500, 1);
        }
        Conversation conversation = fixture.start(hearing);
        conversation.sendText("text");
        if (life == 3) {
            answer(conversation);
            conversation.close();
        } else if (life != 1 && life != 2) {
            await(conversation.joined());
            Connection socket = socketOf(fixture.server.calls().last().id());
            if (life == 4) {
                socket.close(1008, "policy");
            } else if (life == 5) {
                socket.reset();
                SidebandFixture.until(
                        "joined again", () -> conversation.summary().rejoins() == 1);
                conversation.close();
            } else {
                conversation.close();
            }
        }
        end(conversation);
        hearing.awaitEnd();
        left.add(new WeakReference<>(conversation));
        left.add(new WeakReference<>(hearing));
    }

    private Connection socketOf(String call) {
        return fixture.server.connections(Connection.Kind.SIDEBAND).stream()
                .filter(socket -> socket.call().orElseThrow().id().equals(call))
                .findFirst()
                .orElseThrow();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("antiphon"))
                .count();
    }
}
