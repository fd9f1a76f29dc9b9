package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Infliction.Subject;
import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;

/** Remembers which misfortunes are due and lets them strike. {@code add} and {@code clear} from any thread. */
final class Fate {
    /** Somebody who meets a misfortune. Called on the loop. */
    interface Victim {
        boolean isGone();

        /**
         * Lets happen what is not mere waiting; {@link Moment#allows} has checked that it can.
         *
         * @return whether what was under way goes on
         */
        boolean suffer(Misfortune misfortune);
    }

    private static final class Pending {
        private final Infliction infliction;
        private int left;

        Pending(Infliction infliction) {
            this.infliction = infliction;
            left = infliction.count();
        }
    }

    private final Journal journal;
    private final SimulatorClock clock;
    private final Executor loop;
    private final List<Pending> pending = new ArrayList<>(); // guarded by itself

    Fate(Journal journal, SimulatorClock clock, Executor loop) {
        this.journal = journal;
        this.clock = clock;
        this.loop = loop;
    }

    void add(Infliction infliction) {
        synchronized (pending) {
            pending.add(new Pending(infliction));
        }
    }

    void clear() {
        synchronized (pending) {
            pending.clear();
        }
    }

    /** Lets strike what is due, then goes on unless the victim did not survive it. */
    void meet(Moment moment, Subject subject, Victim victim, Runnable onward) {
        List<Misfortune> due = take(moment, subject);
        if (due.isEmpty()) {
            onward.run();
        } else {
            strike(due.iterator(), moment, subject, victim, onward);
        }
    }

    private List<Misfortune> take(Moment moment, Subject subject) {
        List<Misfortune> due = new ArrayList<>();
        synchronized (pending) {
            for (Iterator<Pending> all = pending.iterator(); all.hasNext(); ) {
                Pending one = all.next();
                if (one.infliction.strikes(moment, subject)) {
                    due.add(one.infliction.misfortune());
                    if (one.left != Integer.MAX_VALUE && --one.left == 0) {
                        all.remove();
                    }
                }
            }
        }
        return due;
    }

    private void strike(Iterator<Misfortune> due, Moment moment, Subject subject, Victim victim, Runnable onward) {
        if (victim.isGone()) {
            return;
        }
        if (!due.hasNext()) {
            onward.run();
            return;
        }
        Misfortune misfortune = due.next();
        Runnable next = () -> strike(due, moment, subject, victim, onward);
        if (!(misfortune instanceof Misfortune.Hold hold) || !hold.gate().isOpen()) {
            journal.add(
                    Kind.MISFORTUNE,
                    subject.connection(),
                    subject.callId(),
                    misfortune.getClass().getSimpleName() + " at " + moment);
        }
        if (misfortune instanceof Misfortune.Hold hold) {
            hold.gate().pass(() -> loop.execute(next));
        } else if (misfortune instanceof Misfortune.Delay delay) {
            clock.after(delay.length(), next);
        } else if (misfortune instanceof Misfortune.JumpClock jump) {
            clock.advance(jump.span());
            next.run();
        } else if (victim.suffer(misfortune)) {
            next.run();
        }
    }
}
