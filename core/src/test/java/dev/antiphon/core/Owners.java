package dev.antiphon.core;

import dev.antiphon.core.model.SessionConfig;
import java.util.concurrent.locks.ReentrantLock;

/** The owners of a conversation's state without its engine, under its lock, which the test's thread holds. */
final class Owners {
    final ReentrantLock lock = new ReentrantLock();
    final ConversationTimers timers = new ConversationTimers(lock, new ManualScheduler());
    final ResponseGate gate = new ResponseGate(timers, Stand::step, Runnable::run);
    final ConversationState state =
            new ConversationState(SessionConfig.model("m").build(), 16, gate);
    final InputLanes lanes;
    final InputSettlement settlement;

    Owners() {
        this(ConversationLimits.DEFAULT);
    }

    Owners(ConversationLimits limits) {
        lock.lock();
        lanes = new InputLanes(limits, state.receipts, gate, new Room(lock, timers));
        settlement = new InputSettlement(lanes, state);
    }
}
