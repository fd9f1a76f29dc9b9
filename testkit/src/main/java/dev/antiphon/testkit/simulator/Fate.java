package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Infliction.Subject;
import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.assistant.Timeline;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;

/** Remembers which misfortunes are due and lets them strike. {@code add} and {@code clear} from any thread. */
final class Fate {
    /** What can be done to somebody who meets a misfortune. Called on the loop. */
    interface Victim {
        boolean isGone();

        void reset();

        void drop();

        default void refuse(HttpAnswer answer) {
            throw new IllegalStateException("not a request");
        }

        default void alter(Misfortune.Alter change) {
            throw new IllegalStateException("not a request");
        }

        default void close(int code, String reason) {
            throw new IllegalStateException("not a socket");
        }

        default void mutePongs() {
            throw new IllegalStateException("not a socket");
        }

        default void garble(byte[] bytes) {
            throw new IllegalStateException("not a socket");
        }

        void stopReading();
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
    private final Timeline timeline;
    private final Executor loop;
    private final List<Pending> pending = new ArrayList<>(); // guarded by itself

    Fate(Journal journal, Timeline timeline, Executor loop) {
        this.journal = journal;
        this.timeline = timeline;
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
            timeline.after(delay.length(), next);
        } else if (misfortune instanceof Misfortune.Refuse refuse) {
            victim.refuse(refuse.answer());
        } else if (misfortune instanceof Misfortune.Reset) {
            victim.reset();
        } else if (misfortune instanceof Misfortune.Drop) {
            victim.drop();
        } else if (misfortune instanceof Misfortune.Close close) {
            victim.close(close.code(), close.reason());
        } else {
            suffer(misfortune, victim);
            next.run();
        }
    }

    /** Misfortunes after which life goes on. */
    private static void suffer(Misfortune misfortune, Victim victim) {
        if (misfortune instanceof Misfortune.Alter alter) {
            victim.alter(alter);
        } else if (misfortune instanceof Misfortune.StopReading) {
            victim.stopReading();
        } else if (misfortune instanceof Misfortune.MutePongs) {
            victim.mutePongs();
        } else if (misfortune instanceof Misfortune.Garble garble) {
            victim.garble(garble.bytes());
        } else {
            throw new IllegalStateException("unknown misfortune " + misfortune.getClass());
        }
    }
}
