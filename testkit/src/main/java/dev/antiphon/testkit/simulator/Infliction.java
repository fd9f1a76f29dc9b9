package dev.antiphon.testkit.simulator;

import java.util.function.Predicate;

/** A {@link Misfortune} with its moment, its victims and how often it strikes. Immutable. */
public final class Infliction {
    static final Predicate<Subject> ANYBODY = subject -> true;

    /** Who is at a moment. */
    record Subject(String connection, Connection.Kind kind, String callId) {}

    private final Misfortune misfortune;
    private final Moment moment;
    private final int times;
    private final Predicate<Subject> victims;

    Infliction(Misfortune misfortune, Moment moment, int times, Predicate<Subject> victims) {
        this.misfortune = misfortune;
        this.moment = moment;
        this.times = times;
        this.victims = victims;
        if (!moment.allows(misfortune)) {
            throw new IllegalArgumentException(misfortune.getClass().getSimpleName() + " cannot happen at " + moment);
        }
    }

    /** Strikes this many times instead of once. */
    public Infliction times(int count) {
        return new Infliction(misfortune, moment, count, victims);
    }

    /** Strikes whenever the moment comes. */
    public Infliction always() {
        return times(Integer.MAX_VALUE);
    }

    /** Strikes sideband sockets only. */
    public Infliction onSidebands() {
        return only(subject -> subject.kind() == Connection.Kind.SIDEBAND);
    }

    /** Strikes model sockets only. */
    public Infliction onModelSockets() {
        return only(subject -> subject.kind() == Connection.Kind.MODEL);
    }

    /** Strikes this connection only, named as in the journal: {@code c3}. */
    public Infliction onConnection(String connectionId) {
        return only(subject -> subject.connection().equals(connectionId));
    }

    /** Strikes connections of this call only. */
    public Infliction onCall(String callId) {
        return only(subject -> subject.callId().equals(callId));
    }

    private Infliction only(Predicate<Subject> more) {
        return new Infliction(misfortune, moment, times, victims.and(more));
    }

    Misfortune misfortune() {
        return misfortune;
    }

    Moment moment() {
        return moment;
    }

    int count() {
        return times;
    }

    boolean strikes(Moment now, Subject subject) {
        return moment.equals(now) && victims.test(subject);
    }

    @Override
    public String toString() {
        return misfortune.getClass().getSimpleName() + " at " + moment;
    }
}
